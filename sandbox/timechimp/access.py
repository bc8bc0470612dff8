"""API keys: one for each version, made by somebody of the account under Settings (TimeChimp API v1, Authorization).

v1 takes its key as a bearer token; v2 in the header `api-key`, with an `api-version` that its clients send and nothing
asks for. There is no other grant, no scope and no expiry. A key works as long as the person who made it keeps the role.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.timechimp.answers import NO_PACKAGE, NOT_ALLOWED, is_v1, refusal, refuse
from sandbox.timechimp.options import Options
from sandbox.wire import Answer, Call


@dataclass(frozen=True)
class Credentials:
    """What a customer would copy from the two pages; plainly invented."""

    token: str = "sandbox-timechimp-token"
    api_key: str = "TC_sandbox-timechimp-key"


CREDENTIALS = Credentials()


class Access:
    """The keys that work. Keys that were revoked come back with a reset."""

    def __init__(self) -> None:
        self.start_over(Options())

    def start_over(self, options: Options) -> None:
        """Both keys work."""
        self._options = options
        self.restore()

    def revoke(self) -> None:
        """The keys were deleted, or whoever made them lost the role: nothing works with them any more."""
        self._tokens, self._keys = set[str](), set[str]()

    def restore(self, token: str = CREDENTIALS.token, api_key: str = CREDENTIALS.api_key) -> None:
        """The keys are made anew, the same or others."""
        self._tokens, self._keys = {token}, {api_key}

    def key_in(self, call: Call) -> str:
        """What the call brings as its key, or nothing."""
        if not is_v1(call):
            return call.header("api-key") or ""
        scheme, _, token = (call.header("authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def admit(self, call: Call) -> str:
        """The call's key. Ends the call with 401, or with what an account without the API package gets."""
        key = self.key_in(call)
        known = self._tokens if is_v1(call) else self._keys
        if key not in known and not (self._options.one_key and key in self._tokens | self._keys):
            refuse(NOT_ALLOWED, 401)
        if not self._options.api_package:
            refuse(NO_PACKAGE, self._options.no_package_status)
        return key

    def unauthorised(self) -> Answer:
        """The 401."""
        return refusal(401, NOT_ALLOWED)
