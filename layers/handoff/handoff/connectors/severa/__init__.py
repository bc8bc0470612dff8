"""Visma Severa, a time tool whose master data lives on both sides."""
