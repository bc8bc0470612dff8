"""What a program or a person outside needs to use the local system: `.local/endpoints.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_OWNER_ONLY = 0o600  # it holds tokens, if only of stand-ins


@dataclass(frozen=True)
class ApiEndpoint:
    """The JSON API: `{base_url}/api/integrations`, `{base_url}/openapi.json`; the token goes into Authorization."""

    base_url: str
    token: str


@dataclass(frozen=True)
class VendorEndpoint:
    """One vendor's stand-in, with the credentials that a user of that vendor would have.

    `token_url` is empty where the vendor gives no tokens; `settings` is how the platform is pointed at it.
    """

    base_url: str
    token_url: str
    credentials: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TenantEndpoint:
    """One customer of ours: its integration, its token for the JSON API, its webhook addresses by vendor and type."""

    integration_id: str
    token: str
    hooks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoints:
    """Everything, by vendor and name; the first customer stands at the top too.

    `aws` holds the endpoint, the region and the stack's outputs.
    """

    api: ApiEndpoint
    vendors: Mapping[str, VendorEndpoint]
    tenant_id: str
    integration_id: str
    aws: Mapping[str, Any]
    tenants: Mapping[str, TenantEndpoint] = field(default_factory=dict)

    def write(self, file: Path) -> None:
        """Write the file in one step, readable by its owner alone."""
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, _OWNER_ONLY), "w", encoding="utf-8") as target:
            json.dump(asdict(self), target, indent=2, ensure_ascii=False)
        unfinished.replace(file)


def api_base_url(aws_url: str, outputs: Mapping[str, str]) -> str:
    """Give the API's address for a plain client: the same API that AWS serves at the output `ApiUrl`."""
    return f"{aws_url}/restapis/{outputs['ApiId']}/{outputs['StageName']}/_user_request_"
