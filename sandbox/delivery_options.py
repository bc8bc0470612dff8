"""What can go wrong with a stand-in's webhooks, by chance or by exact count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal

SECONDS_MAX = 600
COUNT_MAX = 1_000_000


class BadDeliveryOption(ValueError):
    """An option is unknown or out of range; the text says which and what it may be."""


@dataclass(frozen=True)
class DeliveryOptions:
    """`drop`, `repeat`, `reorder` are chances from 0 to 1; `…_next` meet exactly so many of the next deliveries.

    `reorder_next` of 3 gathers the next three and sends them in reverse. By chance, a delivery is kept until one
    more came, which goes first. What is gathered goes out after `reorder_seconds` anyhow, or with `release`.
    A receiver that does not answer 2xx is tried `retries` more times, `retry_seconds` apart.
    """

    drop: float = 0.0
    drop_next: int = 0
    repeat: float = 0.0
    repeat_next: int = 0
    reorder: float = 0.0
    reorder_next: int = 0
    reorder_seconds: float = 2.0
    delay_seconds: float = 0.0
    retries: int = 0
    retry_seconds: float = 0.2
    seed: int = 1

    def changed(self, wanted: Mapping[str, object]) -> DeliveryOptions:
        """These options with others in their place. Raises `BadDeliveryOption`."""
        known = {field.name: field.type for field in fields(self)}
        read: dict[str, float | int] = {}
        for name, value in wanted.items():
            if name not in known:
                raise BadDeliveryOption(f"unknown option {name!r}; known are hold, {', '.join(known)}")
            read[name] = _whole(name, value) if known[name] == "int" else _number(name, value)
        return replace(self, **read)  # type: ignore[arg-type]  # each was read by its field's type

    def met(self, mishap: str, throw: float) -> tuple[DeliveryOptions, bool]:
        """Whether the mishap meets a delivery that threw this number from 0 to 1, and the options from then on."""
        left: int = getattr(self, f"{mishap}_next")
        if left:
            return self.changed({f"{mishap}_next": left - 1}), True
        return self, throw < getattr(self, mishap)

    def shown(self) -> dict[str, object]:
        """All options by name."""
        return asdict(self)


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= COUNT_MAX:
        raise BadDeliveryOption(f"{name} must be a whole number from 0 to {COUNT_MAX}, not {value!r}")
    return value


def _number(name: str, value: object) -> float:
    highest = SECONDS_MAX if name.endswith("_seconds") else 1
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= value <= highest:
        raise BadDeliveryOption(f"{name} must be a number from 0 to {highest}, not {value!r}")
    return float(value)
