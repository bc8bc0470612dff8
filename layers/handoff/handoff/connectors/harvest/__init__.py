"""Harvest, a time tool."""
