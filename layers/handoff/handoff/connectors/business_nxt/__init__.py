"""Visma Business NXT: master data kept the same, over its GraphQL API."""
