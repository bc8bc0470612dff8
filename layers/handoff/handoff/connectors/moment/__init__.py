"""Moment, a time tool."""
