"""Visma.net ERP."""
