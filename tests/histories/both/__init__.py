"""Histories of master data that both sides keep, and of the hours and invoices that belong to it."""
