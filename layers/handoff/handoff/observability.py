"""One logger and one set of platform-wide metrics for all functions.

What is per tenant goes into structured logs (ids only), never into a metric's dimensions: a metric per
tenant would cost more than all the rest of the platform.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, Metrics

if TYPE_CHECKING:
    from handoff.domain.reconciliation import Reconciliation

DIFFERENCES_LOGGED = 20
"""All of them stand in the account; a log line has a limit."""

logger = Logger()
metrics = Metrics()


def tell_reconciliation(account: Reconciliation, *, alarming: int, whose: tuple[str, str, str]) -> None:
    """Counts it for the whole platform; `whose` it is (tenant, integration, flow), and what differs, goes to the log.

    `alarming` differences are those that the alarm is to hear of.
    """
    metrics.add_metric(name="Reconciliations", unit="Count", value=1)
    metrics.add_metric(name="ReconciliationDifferences", unit="Count", value=alarming)
    said = {
        **dict(zip(("tenant_id", "integration_id", "flow"), whose, strict=True)),
        "period": account.period,
        "entity": account.entity,
        "differences": account.difference_count,
        "corrections": account.correction_count,
    }
    if account.agrees:
        logger.info("reconciled", extra=said)
        return
    some = [f"{found.code} {found.subject}" for found in account.differences[:DIFFERENCES_LOGGED]]
    logger.warning("reconciliation differs", extra={**said, "some": some})
