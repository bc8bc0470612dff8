"""What is measured: each module here is run in a process of its own, which imports nothing it does not need."""
