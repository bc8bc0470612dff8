"""Properties are searched without a deadline: a shared machine may be slow, and that is no fault."""

from hypothesis import settings

settings.register_profile("handoff", deadline=None, print_blob=True)
settings.load_profile("handoff")
