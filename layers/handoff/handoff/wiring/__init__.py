"""Wiring: the only place that knows everything; it builds use cases from this process's environment.

Nothing here runs at import. Clients and settings are made on first use and kept for the life of the process; whatever
belongs to one tenant is built per delivery. A function imports the one module that it needs: one that takes webhooks in
would wait longer for the console's modules than for its own work.
"""
