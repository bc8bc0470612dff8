"""The vendors' stand-ins and the local run. Never packaged, never imported by `layers/`."""
