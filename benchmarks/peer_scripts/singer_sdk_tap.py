"""The tap that somebody would write on Meltano's singer-sdk: one stream, its schema, the next link followed."""

import os
from urllib.parse import parse_qsl

from singer_sdk import Tap  # type: ignore[import-not-found]  # lives in its own environment only
from singer_sdk import typing as th
from singer_sdk.pagination import BaseHATEOASPaginator  # type: ignore[import-not-found]  # as above
from singer_sdk.streams import RESTStream  # type: ignore[import-not-found]  # as above

FIRST_CALL = {"per_page": "2000", "updated_since": "2020-01-01T00:00:00Z"}
INTEGERS = ("id",)
TEXTS = ("spent_date", "notes", "approval_status")
NUMBERS = ("hours", "rounded_hours", "billable_rate", "cost_rate")
FLAGS = ("is_locked", "is_closed", "is_billed", "is_running", "billable", "budgeted")
MOMENTS = ("created_at", "updated_at")
REFERENCES = ("user", "client", "project", "task")
REFERENCE = th.ObjectType(th.Property("id", th.IntegerType), th.Property("name", th.StringType))
SHAPES = (
    (INTEGERS, th.IntegerType),
    (TEXTS, th.StringType),
    (NUMBERS, th.NumberType),
    (FLAGS, th.BooleanType),
    (MOMENTS, th.DateTimeType),
    (REFERENCES, REFERENCE),
)


class NextLinks(BaseHATEOASPaginator):  # type: ignore[misc]  # its base has no types here
    """Follows `links.next`."""

    def get_next_url(self, response):  # type: ignore[no-untyped-def]  # its types are not here
        """The next page's address, None at the end."""
        return response.json()["links"]["next"]


class TimeEntries(RESTStream):  # type: ignore[misc]  # as above
    """Time entries, incremental by `updated_at`."""

    name = "time_entries"
    path = "/time_entries"
    primary_keys = ("id",)
    replication_key = "updated_at"
    is_sorted = False
    records_jsonpath = "$.time_entries[*]"
    url_base = os.environ["STAND_IN"] + "/v2"
    schema = th.PropertiesList(*(th.Property(name, shape) for names, shape in SHAPES for name in names)).to_dict()

    @property
    def http_headers(self) -> dict[str, str]:
        """Token, account and User-Agent."""
        return {
            "Authorization": f"Bearer {os.environ['TOKEN']}",
            "Harvest-Account-Id": os.environ["ACCOUNT"],
            "User-Agent": "singer-sdk tap (support@handoff.example)",
        }

    def get_new_paginator(self) -> NextLinks:
        """One paginator a walk."""
        return NextLinks()

    def get_url_params(self, context, next_page_token):  # type: ignore[no-untyped-def]  # as above
        """The next link's own parameters, or those of the first call from where the last run stopped."""
        if next_page_token:
            return dict(parse_qsl(next_page_token.query))
        since = self.get_starting_replication_key_value(context)
        return FIRST_CALL if since is None else {**FIRST_CALL, "updated_since": since}


class HarvestTap(Tap):  # type: ignore[misc]  # as above
    """The tap."""

    name = "tap-harvest-by-hand"
    config_jsonschema = th.PropertiesList().to_dict()

    def discover_streams(self) -> list[TimeEntries]:
        """Its one stream."""
        return [TimeEntries(self)]


HarvestTap.cli()
