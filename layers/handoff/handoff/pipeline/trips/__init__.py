"""Round trips: an invoice's state on its way back into the time tool."""
