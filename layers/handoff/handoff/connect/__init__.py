"""The pages behind an invitation's link: how a person connects both systems, checks them and goes live."""
