"""The integrations as data: what moves where, when, behind which gate, and how each is set."""
