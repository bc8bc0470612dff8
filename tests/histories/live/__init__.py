"""Histories of live flows: customers, projects, invoices, costs and payments, moved as soon as something tells."""
