"""The words of the business as types: pure, frozen, no clock, no I/O."""
