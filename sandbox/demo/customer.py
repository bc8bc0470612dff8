"""The customer's side of the demo: a plain client of the JSON API, with nothing that a customer would not have."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import httpx

from sandbox.local.endpoints import Endpoints

Json = dict[str, Any]
RUN_SECONDS_MAX = 180
POLL_SECONDS = 0.1
FINISHED = ("done", "questioned", "failed")
NOT_YET = 404
"""The answer about a run that follows another one, before it is queued."""


class Unexpected(Exception):
    """The API answered what it should not have; the text says what was asked and what came."""


class Customer:
    """Talks to the API about one integration, that of the first tenant unless another is named."""

    def __init__(self, endpoints: Endpoints, tenant_id: str = "") -> None:
        tenant = endpoints.tenants[tenant_id or endpoints.tenant_id]
        self._client = httpx.Client(
            base_url=f"{endpoints.api.base_url}/api/integrations/{tenant.integration_id}",
            headers={"Authorization": f"Bearer {tenant.token}"},
            timeout=60,
        )

    def get(self, path: str, **query: str) -> Json:
        """What the API says; raises Unexpected unless it is a yes."""
        return self._checked(self._client.get(path, params=query))

    def post(self, path: str, content: Mapping[str, object]) -> Json:
        """What the API says to a wish; raises Unexpected unless it is a yes."""
        return self._checked(self._client.post(path, json=content))

    def records(self, **query: str) -> Iterator[Json]:
        """All records of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get("/records", limit="500", **query, **({"cursor": cursor} if cursor else {}))
            yield from page["records"]
            cursor = page["next_cursor"]

    def approve(self, records: Sequence[Json], note: str) -> Json:
        """A yes to each of the records as they were seen."""
        wishes = [{name: record[name] for name in ("flow", "external_id", "hash")} for record in records]
        return self.post("/approvals", {"records": wishes, "decision": "approve", "note": note})

    def run(self, watch: Callable[[Json], None] = lambda run: None, *, flows: Sequence[str] = ()) -> Json:
        """A run by hand, of all flows unless some are named, watched until it ends; raises Unexpected as `finished`."""
        wanted = {"flows": list(flows)} if flows else {}
        run: Json = self.post("/runs", {"preview": False, **wanted})["run"]
        return self.finished(run["id"], watch)

    def finished(self, run_id: str, watch: Callable[[Json], None] = lambda run: None) -> Json:
        """A run once it has ended, also one that others queue; raises Unexpected when it fails or does not end."""
        deadline = time.monotonic() + RUN_SECONDS_MAX
        pause = threading.Event()
        while True:
            answer = self._client.get(f"/runs/{run_id}")
            if answer.status_code != NOT_YET:
                run: Json = self._checked(answer)["run"]
                watch(run)
                if run["state"] in FINISHED:
                    break
            if time.monotonic() > deadline:
                raise Unexpected(f"run {run_id} did not end within {RUN_SECONDS_MAX} s: {answer.text}")
            pause.wait(POLL_SECONDS)
        if run["state"] == "failed":
            raise Unexpected(f"run {run_id} failed: {run['error']}")
        return run

    def change_settings(self, **changes: object) -> None:
        """Saves the settings with some of them changed."""
        saved = self.get("/settings")
        settings = {**saved["settings"], **changes}
        self._checked(self._client.put("/settings", json={**saved, "settings": settings}))

    def preview(self) -> Json:
        """What a run would write now."""
        shown: Json = self.post("/runs", {"preview": True})["run"]["preview"]
        return shown

    @staticmethod
    def _checked(answer: httpx.Response) -> Json:
        if not answer.is_success:
            raise Unexpected(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        content: Json = answer.json()
        return content
