"""Reconciles one period from both systems' own answers; the console asks for it and waits."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.accounts import reconcile_asked


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with the reconciliation, or with the error that kept it from being made."""
    return reconcile_asked(event)
