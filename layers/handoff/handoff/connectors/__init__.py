"""The vendors' side of the ports: one package per vendor, and what all of them share."""
