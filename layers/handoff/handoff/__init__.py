"""Handoff: tracked time into the books, exactly once, with proof."""
