"""Hands requests to the deployed handler of webhooks, against tables and queues of the local AWS, and times each.

    webhooks.py REQUESTS FOLDER

Run by `benchmarks.webhooks` in a process of its own, since the wiring reads the process's environment.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.process import ROOT
from handoff.pipeline.live.receive import BODY_BYTES_MAX
from handoff.storage.dynamo import Table
from handoff.storage.hooks import DynamoHookStore
from sandbox.local.aws import REGION, ROOT_KEY
from sandbox.local.deploy import deploy_state
from sandbox.local.endpoints import VendorEndpoint
from sandbox.local.queues import messages_in
from sandbox.local.server import LocalAws
from sandbox.local.system import Running
from sandbox.local.vendors import vendors
from sandbox.seed import KLITROSE, take_in

WARM_UPS = 50
GOOD = '{"event": "CREATE_NEW", "invoice": {"id": 4711, "invoiceNumber": 5001}}'

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def main() -> None:
    """Every case so often; prints seconds, CPU and answers of each, and what is kept and queued in the end."""
    requests, home = int(sys.argv[1]), Path(sys.argv[2])
    credentials = {part.stand_in.name: VendorEndpoint("", "", part.credentials, {}) for part in vendors(entries=0)}
    with LocalAws(home) as local:
        running = Running(local.aws, deploy_state(local.aws).outputs, credentials)
        seeded = take_in(running, KLITROSE)
        os.environ |= _environment(running)
        handler = _handler()
        tenant, hook, token = seeded.hooks["moment.invoices"].split("/")[-3:]
        cases = {
            "good": (token, GOOD),
            "forged": (token[::-1], GOOD),
            "too large": (token, "x" * (BODY_BYTES_MAX + 1)),
            "unreadable": (token, "no JSON at all {"),
        }
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            named = {"tenant_id": tenant, "hook_id": hook}
            told: dict[str, Any] = {name: _case(handler, named, *case, requests) for name, case in cases.items()}
        store = DynamoHookStore(Table(local.aws.dynamodb, running.outputs["TableName"]), tenant)
        kept = [event for event in store.events(seeded.integration_id) if not event.id.startswith("warm")]
        told |= {"kept": len(kept), "queued": messages_in(running.aws, running.outputs["PostQueueUrl"]) - WARM_UPS}
    sys.stdout.write(json.dumps(told) + "\n")


def _case(handler: Handler, named: dict[str, str], token: str, body: str, requests: int) -> dict[str, Any]:
    for count in range(WARM_UPS):
        handler(_event(named, token, body, f"warm-{token[:4]}-{len(body)}-{count}"), _context())
    seconds, statuses = [], Counter[str]()
    cpu = time.process_time()
    for count in range(requests):
        event = _event(named, token, body, f"r-{token[:4]}-{len(body)}-{count}")
        began = time.perf_counter()
        answer = handler(event, _context())
        seconds.append(time.perf_counter() - began)
        statuses[str(answer["statusCode"])] += 1
    return {"seconds": seconds, "cpu_seconds": time.process_time() - cpu, "statuses": dict(statuses)}


def _event(named: dict[str, str], token: str, body: str, request_id: str) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp() * 1000)
    return {
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "queryStringParameters": None,
        "pathParameters": {**named, "token": token},
        "requestContext": {"requestId": request_id, "requestTimeEpoch": now},
        "body": body,
        "isBase64Encoded": False,
    }


def _context() -> object:
    return SimpleNamespace(
        function_name="receive-webhook", memory_limit_in_mb=512, aws_request_id="r", invoked_function_arn="arn:aws:x"
    )


def _handler() -> Handler:
    spec = importlib.util.spec_from_file_location("receive_webhook_app", ROOT / "functions/receive_webhook/app.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("functions/receive_webhook/app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Handler = module.handler
    return found


def _environment(running: Running) -> dict[str, str]:
    """What the template gives to the function."""
    return {
        "TABLE_NAME": running.outputs["TableName"],
        "POST_QUEUE_URL": running.outputs["PostQueueUrl"],
        "AWS_ENDPOINT_URL": running.aws.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "POWERTOOLS_METRICS_NAMESPACE": "Handoff",
        "POWERTOOLS_SERVICE_NAME": "receive-webhook",
    }


if __name__ == "__main__":
    main()
