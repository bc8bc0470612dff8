"""Counts what the store was asked and what it cost, for benchmarks, the demo and the logs of a pass."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_METERED = frozenset(
    {
        "BatchExecuteStatement",
        "BatchGetItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateItem",
    }
)
_READS = frozenset({"BatchGetItem", "GetItem", "Query"})


class Meter:
    """Requests by operation, and read and write units as DynamoDB reports them, of one client."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.read_units = 0.0
        self.write_units = 0.0
        self._lock = threading.Lock()

    def attach(self, client: DynamoDBClient) -> Meter:
        """Counts every request of the client from now on; asks for units with each."""
        client.meta.events.register("before-parameter-build.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._count)
        return self

    @property
    def total(self) -> int:
        """All requests."""
        return self.requests.total()

    def reset(self) -> None:
        """Starts again at nothing."""
        with self._lock:
            self.requests.clear()
            self.read_units = self.write_units = 0.0

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in _METERED:
            params["ReturnConsumedCapacity"] = "INDEXES"

    def _count(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        used = parsed.get("ConsumedCapacity", [])
        units = sum(one.get("CapacityUnits", 0.0) for one in (used if isinstance(used, list) else [used]))
        with self._lock:
            self.requests[model.name] += 1
            if model.name in _READS:
                self.read_units += units
            else:
                self.write_units += units
