"""Who may do what: an administrator everything, anybody else his own hours and nothing that shows money.

Managers' wider rights are not played here: they count as members.
"""

from __future__ import annotations

from sandbox.harvest.answers import Json
from sandbox.wire import Call

_EVERYBODY = ("/v2/time_entries", "/v2/company", "/v2/users/me")


def is_admin(user: Json) -> bool:
    """Whether the person sees and may do everything."""
    return "administrator" in user["access_roles"]


def may_call(user: Json, call: Call) -> bool:
    """Whether the person's rights reach as far as this path; else the answer is 403."""
    path = call.path.lower()
    return is_admin(user) or any(path == open_to or path.startswith(f"{open_to}/") for open_to in _EVERYBODY)
