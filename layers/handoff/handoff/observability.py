"""One logger and one set of platform-wide metrics for all functions.

What is per tenant goes into structured logs (ids only), never into a metric's dimensions: a metric per
tenant would cost more than all the rest of the platform.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
