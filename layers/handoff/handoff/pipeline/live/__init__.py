"""Live flows: one object at a time, as soon as a webhook tells of it, and all that changed on every pass."""
