"""Hours that become rows of a register, and invoices that become orders: what both sides' master data is there for."""
