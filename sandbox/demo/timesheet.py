"""The consultants' side of the demo: people who log hours in Harvest, and their manager."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx

from sandbox.local.endpoints import VendorEndpoint


class Timesheet:
    """A user of Harvest's API, and the manager's clicks that it has no API for."""

    def __init__(self, harvest: VendorEndpoint) -> None:
        self._client = httpx.Client(
            base_url=harvest.base_url,
            headers={
                "Authorization": f"Bearer {harvest.credentials['personal_token']}",
                "Harvest-Account-Id": str(harvest.credentials["account_id"]),
                "User-Agent": "Fjordlys (finance@example.test)",
            },
            timeout=30,
        )

    def total(self) -> int:
        """How many entries there are."""
        return int(self._ask("GET", "/v2/time_entries", params={"per_page": 1})["total_entries"])

    def correct(self, external_id: str, hours: Decimal) -> None:
        """The manager opens an approved entry, its hours are set right, and he approves it again."""
        ids = {"ids": [int(external_id)]}
        self._ask("POST", "/_sandbox/withdraw", json=ids)
        self._ask("PATCH", f"/v2/time_entries/{external_id}", json={"hours": f"{hours}"})
        self._ask("POST", "/_sandbox/approve", json=ids)

    def delete(self, external_id: str) -> None:
        """Somebody deletes an entry; Harvest keeps no trace of it."""
        self._client.delete(f"/v2/time_entries/{external_id}").raise_for_status()

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._client.request(method, path, **more).raise_for_status().json()
        return found
