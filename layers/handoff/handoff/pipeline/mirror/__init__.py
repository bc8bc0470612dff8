"""Master data that lives on both sides: look at each, pair what is the same, settle what differs."""
