"""Where the README's numbers come from: `make bench`, or `make bench ONLY="live webhooks"`.

What is measured runs in a process of its own, started for this one measurement. CPU seconds are the
kernel's count of that process (user and system), not wall time, so that a busy machine changes little.
A result that is wrong stops a benchmark; nothing is asserted about time.
"""
