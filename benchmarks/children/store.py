"""Runs passes through the functions' own wiring against the local AWS, and counts the store's requests and units.

    store.py ENTRIES FOLDER

Run by `benchmarks.calls` in a process of its own, since the wiring reads the process's environment.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from handoff.domain.runs import RunState
from handoff.integrations.harvest_visma_net import HARVEST_VISMA_NET
from handoff.pipeline.steps import SCHEDULE, Step, StepName, first_step
from handoff.storage.meter import Meter
from handoff.wiring.performer import StepPerformer
from handoff.wiring.process import table
from handoff.wiring.workshop import workshop
from sandbox.local.aws import REGION, ROOT_KEY
from sandbox.local.deploy import deploy_state
from sandbox.local.endpoints import VendorEndpoint
from sandbox.local.server import LocalAws
from sandbox.local.system import Running, Seeded
from sandbox.local.vendors import vendors
from sandbox.seed import seed

STEPS_MAX = 100


def main() -> None:
    """A first load with everything posted, then a pass that finds nothing; prints what each took."""
    entries, home = int(sys.argv[1]), Path(sys.argv[2])
    with ExitStack() as opened:
        running = _start(entries, home, opened)
        tenant = seed(running)
        os.environ |= _environment(running)
        meter = Meter().attach(table().client)
        told = {run_id: _pass(tenant, run_id, meter) for run_id in ("load", "idle")}
    sys.stdout.write(json.dumps(told))


def _start(entries: int, home: Path, opened: ExitStack) -> Running:
    served: dict[str, VendorEndpoint] = {}
    for vendor in vendors(entries=entries):
        url = opened.enter_context(vendor.stand_in.serve()).url
        settings = vendor.settings(url)
        served[vendor.stand_in.name] = VendorEndpoint(url, "", vendor.credentials, settings)
    local = opened.enter_context(LocalAws(home))
    return Running(local.aws, deploy_state(local.aws).outputs, served)


def _environment(running: Running) -> dict[str, str]:
    """What the template gives to the functions."""
    outputs = running.outputs
    return {
        "TABLE_NAME": outputs["TableName"],
        "GRANTS_TABLE_NAME": outputs["GrantsTableName"],
        "GRANTS_KEY_ID": outputs["GrantsKeyId"],
        "AWS_ENDPOINT_URL": running.aws.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "VENDOR_SETTINGS": json.dumps({name: vendor.settings for name, vendor in running.vendors.items()}),
    }


def _pass(tenant: Seeded, run_id: str, meter: Meter) -> dict[str, Any]:
    """Every step of a scheduled run, each as one delivery; units written by its fetching and its posting part."""
    meter.reset()
    written: Counter[str] = Counter()
    step: Step | None = first_step(
        tenant_id=tenant.tenant_id,
        integration_id=tenant.integration_id,
        run_id=run_id,
        flows=HARVEST_VISMA_NET.flow_names,
        trigger=SCHEDULE,
    )
    for _ in range(STEPS_MAX):
        if step is None:
            break
        before = meter.write_units
        shop = workshop(tenant.tenant_id, tenant.integration_id)
        outcome = StepPerformer(shop).perform(step, lambda: True)
        written["post" if step.name is StepName.POST else "fetch"] += int(meter.write_units - before)
        step = outcome.then
    requests = dict(meter.requests)
    run = workshop(tenant.tenant_id, tenant.integration_id).shelf.runs.get(run_id)
    return {
        "done": run is not None and run.state is RunState.DONE,
        "counts": dict(run.counts) if run else {},
        "requests": requests,
        "written": dict(written),
    }


if __name__ == "__main__":
    main()
