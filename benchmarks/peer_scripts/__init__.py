"""What runs inside a peer's own environment; nothing here is imported by us."""
