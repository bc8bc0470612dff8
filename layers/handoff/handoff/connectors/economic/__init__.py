"""Visma e-conomic: customers, projects and invoices go there, costs and payments come from there."""
