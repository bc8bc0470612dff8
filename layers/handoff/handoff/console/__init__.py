"""The console's JSON API: what people and their tools see of a tenant's integrations, and what they decide."""
