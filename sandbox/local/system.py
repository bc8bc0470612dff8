"""The whole local system as one context: stand-ins, local AWS, deployment, count, seed, and all of it ended again.

`make up`, the demo and the journeys differ in what they do inside.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sandbox.local import count, deploy, mailbox, pids, template
from sandbox.local.aws import REGION, Aws
from sandbox.local.endpoints import ApiEndpoint, Endpoints, TenantEndpoint, VendorEndpoint, api_base_url
from sandbox.local.paths import ENDPOINTS, PID_FILES, TEMPLATE, LocalRunError
from sandbox.local.server import LocalAws
from sandbox.serving import PortTaken, Served


class Servable(Protocol):
    """A stand-in that can be put on a port; `sandbox.standin.StandIn` is one."""

    @property
    def name(self) -> str: ...

    def serve(self, port: int = 0) -> Served: ...


@dataclass(frozen=True)
class Vendor:
    """A stand-in and how the platform is pointed at it.

    `settings` gives what the platform is set to of this vendor, once the stand-in's address is known.
    """

    stand_in: Servable
    settings: Callable[[str], Mapping[str, Any]]
    credentials: Mapping[str, Any]
    port: int = 0  # 0 takes a free one
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seeded:
    """What the seed made: a tenant with its integration, and a token for the JSON API.

    `hooks` are the paths of its webhook addresses by vendor and type, `others` the tenants besides.
    """

    tenant_id: str
    integration_id: str
    api_token: str
    hooks: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Seeded, ...] = ()


@dataclass(frozen=True)
class Running:
    """The deployed system, for the seed: where its state is and where each vendor answers."""

    aws: Aws
    outputs: Mapping[str, str]
    vendors: Mapping[str, VendorEndpoint]


Seed = Callable[[Running], Seeded]
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class System:
    """A running, seeded local system."""

    running: Running
    endpoints: Endpoints
    wiring: count.Wiring


@dataclass(frozen=True)
class Plan:
    """What to start. `parameters` overrides the template's defaults; files of the run lie under `home`."""

    home: Path
    vendors: Sequence[Vendor]
    seed: Seed
    aws_port: int = 0
    parameters: Mapping[str, str] = field(default_factory=dict)
    template_file: Path = TEMPLATE
    endpoints_file: Path = ENDPOINTS


@contextmanager
def running(plan: Plan, report: Report = lambda text, seconds: None) -> Iterator[System]:
    """Start everything, give it, and end it in the opposite order whatever happens inside.

    `report` is told of each step that is done and the seconds it took. Raises LocalRunError, in one line.
    """
    steps = _Steps(report)
    with ExitStack() as stack:
        vendors = _serve(plan.vendors, stack)
        steps.done(f"stand-ins of {', '.join(vendors)}")
        local = stack.enter_context(LocalAws(plan.home, plan.aws_port))
        record = pids.Record(local.process, pids.this_process()).write(PID_FILES / f"aws-{local.process.pid}.json")
        stack.callback(record.unlink, missing_ok=True)
        steps.done(f"local AWS at {local.url}")
        overrides = {**_local_parameters(), **_vendor_parameters(plan.vendors, vendors), **plan.parameters}
        deployment = deploy.deploy(local.aws, overrides, template_file=plan.template_file)
        steps.done(f"{plan.template_file.name} deployed")
        mailbox.verify_sender(local.aws)
        _tell_address(local.aws, deployment.outputs)
        wiring = count.check(template.load(plan.template_file), local.aws, deployment)
        steps.done(f"as declared: {wiring}")
        state = Running(local.aws, deployment.outputs, vendors)
        endpoints = _endpoints(state, plan.seed(state))
        endpoints.write(plan.endpoints_file)
        stack.callback(plan.endpoints_file.unlink, missing_ok=True)
        steps.done("seeded")
        yield System(state, endpoints, wiring)


class _Steps:
    """Tells how long each step took."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._since = time.monotonic()

    def done(self, text: str) -> None:
        now = time.monotonic()
        self._report(text, now - self._since)
        self._since = now


def _serve(vendors: Sequence[Vendor], stack: ExitStack) -> dict[str, VendorEndpoint]:
    addresses: dict[str, VendorEndpoint] = {}
    for vendor in vendors:
        try:
            served = stack.enter_context(vendor.stand_in.serve(vendor.port))
        except PortTaken as error:
            raise LocalRunError(str(error)) from error
        settings = vendor.settings(served.url)
        addresses[vendor.stand_in.name] = VendorEndpoint(
            served.url, settings.get("token_url", ""), vendor.credentials, settings
        )
    return addresses


def _local_parameters() -> dict[str, str]:
    is_arm = platform.machine().lower() in ("arm64", "aarch64")
    return {
        "Architecture": "arm64" if is_arm else "x86_64",
        "DeletionProtection": "false",
        "NoticesFrom": mailbox.SENDER,
        "NoticeDelaySeconds": "5",
        "NoticeMinutesApart": "1",
    }


def _vendor_parameters(vendors: Sequence[Vendor], served: Mapping[str, VendorEndpoint]) -> dict[str, str]:
    settings = {vendor.stand_in.name: served[vendor.stand_in.name].settings for vendor in vendors}
    secrets = {vendor.stand_in.name: vendor.secrets for vendor in vendors if vendor.secrets}
    return {"VendorSettings": json.dumps(settings), "VendorSecrets": json.dumps(secrets)}


def _tell_address(aws: Aws, outputs: Mapping[str, str]) -> None:
    """The local API's address has a prefix that its events do not tell of, and is known only once it is deployed."""
    for name in (outputs["ConnectAccountName"], outputs["SendNoticesName"]):
        known = aws.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        variables = {**known, "PUBLIC_URL": api_base_url(aws.endpoint, outputs)}
        aws.functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def _tenant(seeded: Seeded, api_url: str) -> TenantEndpoint:
    hooks = {name: f"{api_url}{path}" for name, path in seeded.hooks.items()}
    return TenantEndpoint(seeded.integration_id, seeded.api_token, hooks)


def _endpoints(state: Running, seeded: Seeded) -> Endpoints:
    api_url = api_base_url(state.aws.endpoint, state.outputs)
    return Endpoints(
        api=ApiEndpoint(api_url, seeded.api_token),
        vendors=state.vendors,
        tenant_id=seeded.tenant_id,
        integration_id=seeded.integration_id,
        tenants={one.tenant_id: _tenant(one, api_url) for one in (seeded, *seeded.others)},
        aws={"endpoint": state.aws.endpoint, "region": REGION, "outputs": dict(state.outputs)},
    )
