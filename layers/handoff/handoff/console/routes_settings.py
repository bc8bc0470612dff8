"""An integration's settings: read, described, replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Body, Header
from aws_lambda_powertools.event_handler.request import Request
from pydantic import ValidationError

from handoff.console.errors import request_faults, settings_faults
from handoff.console.models import SavedSettings, SettingsAnswer, SettingsEnvelope
from handoff.console.place import INTEGRATION, IntegrationId, check_query, place_of
from handoff.console.settings_check import warnings_of
from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.integrations.kind_settings import IntegrationSettings, SettingsRefused, read_as
from handoff.integrations.settings import HoursSettings
from handoff.pipeline.approve import note_readiness

_ENVELOPE = frozenset({"settings", "version", "expected_version"})
_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')

SettingsBody = Annotated[
    dict[str, Any],
    Body(
        description="The settings, or an object with settings and the version they were made from.",
        openapi_examples={
            "settings": {
                "summary": "The settings alone; If-Match may name their version",
                "value": {
                    "currency": "NOK",
                    "rate_card": [{"id": "default", "account": "3000"}],
                    "allocations": [{"id": "oslo", "shares": {"10": "1"}}],
                    "accounts": {"accrued_revenue": "1530"},
                    "item": "TIMER",
                },
            },
        },
    ),
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="The ETag they were read with: a newer version is kept.")
]


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/settings",
        summary="Read the settings",
        description="The settings in force, as they were saved. The ETag is their version.",
        operation_id="readSettings",
        tags=["Settings"],
    )(read)
    api.put(
        f"{INTEGRATION}/settings",
        summary="Replace the settings",
        description="Checks the settings as a whole and saves them as the next version. What was posted keeps the "
        "version it was posted with; the next pass judges and plans all other records by the new one. Names that "
        "the vendors' lists do not have are warnings. Settings that equal those in force change nothing.",
        operation_id="replaceSettings",
        tags=["Settings"],
    )(replace)
    api.get(
        f"{INTEGRATION}/settings/schema",
        summary="Describe the settings",
        description="The JSON schema of the settings, with a title, a description and an example of each field.",
        operation_id="describeSettings",
        tags=["Settings"],
    )(schema)


def read(request: Request, integration_id: IntegrationId) -> Response[SettingsAnswer]:
    """The settings in force."""
    check_query(request)
    place = place_of(request, integration_id)
    version, content = place.saved_settings()
    if not version:
        raise NotFound(
            "the integration has no settings yet", field="settings", cure="Save some with PUT on the same path."
        )
    return _answer(SettingsAnswer(version=version, settings=dict(content)))


def replace(
    request: Request, integration_id: IntegrationId, body: SettingsBody, if_match: IfMatch = None
) -> Response[SavedSettings]:
    """The settings after the save; raises InvalidInput with all that is wrong, or Stale."""
    check_query(request)
    place = place_of(request, integration_id)
    content, expected, at = _unwrapped(body, if_match)
    try:
        settings = read_as(place.kind.settings, content)
    except SettingsRefused as refused:
        raise settings_faults(refused, at) from refused
    version, saved = place.saved_settings()
    if expected is not None and expected != version:
        raise Stale(
            f"the settings are version {version} by now, not {expected}",
            field="If-Match" if if_match else "body.version",
            cure="Read the settings again, repeat the change on them and save.",
        )
    canonical = settings.model_dump(mode="json")
    changed = not _same(settings, saved)
    if changed:
        version = place.desk.tenants.save_settings(
            place.integration.id, canonical, expected=version, by=place.desk.caller.name, at=place.desk.clock()
        )
        note_readiness(place.stores.passes)
    reference = place.stores.reference.load
    warnings = warnings_of(settings, reference()) if isinstance(settings, HoursSettings) else ()
    return _answer(SavedSettings(version=version, settings=canonical, changed=changed, warnings=warnings))


def schema(request: Request, integration_id: IntegrationId) -> dict[str, Any]:
    """The JSON schema that the settings are checked against."""
    check_query(request)
    place = place_of(request, integration_id)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **place.kind.settings.model_json_schema(mode="validation"),
    }


def _answer(answer: SettingsAnswer) -> Response[Any]:
    return Response(
        status_code=200, content_type=APPLICATION_JSON, body=answer, headers={"ETag": f'"{answer.version}"'}
    )


def _unwrapped(body: Mapping[str, Any], if_match: str | None) -> tuple[Mapping[str, Any], int | None, list[str]]:
    """The settings in a body, the version they were made from, and where in the body they lie."""
    expected = _version_in(if_match)
    if not (isinstance(body.get("settings"), dict) and body.keys() <= _ENVELOPE):
        return body, expected, ["body"]
    try:
        envelope = SettingsEnvelope.model_validate(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise request_faults({**detail, "loc": ("body", *detail["loc"])} for detail in details) from error
    named = [v for v in (expected, envelope.version, envelope.expected_version) if v is not None]
    if len(set(named)) > 1:
        raise InvalidInput("the request names different versions", field="body.version", cure="Name the version once.")
    return envelope.settings, named[0] if named else None, ["body", "settings"]


def _version_in(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() in ("", "*"):
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise InvalidInput(
            "If-Match is not an ETag of settings",
            code="bad_if_match",
            field="If-Match",
            cure='Send the ETag as it was read, for example "3".',
        )
    return int(found.group(1))


def _same(settings: IntegrationSettings, saved: Mapping[str, object]) -> bool:
    try:
        return read_as(type(settings), saved) == settings
    except SettingsRefused:  # none yet, or saved when other settings were legal
        return False
