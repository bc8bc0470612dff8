"""The accounting rules: which account, rate, split and day a record gets, and why. Pure, in decimals."""
