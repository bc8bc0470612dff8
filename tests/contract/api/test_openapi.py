"""The API's description: for anybody, valid, and complete."""

from __future__ import annotations

from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from handoff.integrations.settings import HoursSettings
from tests.contract.api.api_world import World, description


def operations() -> list[dict[str, Any]]:
    return [operation for path in description()["paths"].values() for operation in path.values()]


def test_anybody_may_read_the_description() -> None:
    answer = World().get("/openapi.json", token=None)
    assert answer.status == 200
    assert answer.json["openapi"].startswith("3.1")


def test_the_description_is_valid() -> None:
    OpenAPIV31SpecValidator(description()).validate()


def test_every_path_of_the_api_is_described() -> None:
    base = "/api/integrations/{integration_id}"
    described = {f"{method} {path}" for path, methods in description()["paths"].items() for method in methods}
    assert described == {
        "get /openapi.json",
        "post /api/invitations",
        f"get {base}/health",
        "get /api/integrations",
        f"get {base}/health",
        f"get {base}/settings",
        f"put {base}/settings",
        f"get {base}/settings/schema",
        f"get {base}/records",
        f"get {base}/records/{{flow}}/{{external_id}}",
        f"post {base}/approvals",
        f"get {base}/what-would-change",
        f"post {base}/what-would-change",
        f"post {base}/repostings",
        f"post {base}/postings/{{key}}/outcome",
        f"post {base}/problems/retry",
        f"post {base}/problems/{{problem}}/confirm",
        f"post {base}/runs",
        f"get {base}/runs/{{run_id}}",
        f"get {base}/runs/{{run_id}}/documents/{{key}}",
        f"get {base}/postings",
        f"get {base}/postings/{{key}}",
        f"get {base}/problems",
        f"post {base}/problems/{{problem}}/retry",
        f"get {base}/webhooks",
        f"post {base}/webhooks/{{hook_id}}/signing-key",
        f"get {base}/mirror",
        f"get {base}/mirror/{{flow}}",
        f"post {base}/mirror/{{flow}}/pairs",
        f"post {base}/mirror/{{flow}}/pairs/all",
        f"post {base}/mirror/{{flow}}/pairs/undo",
        f"get {base}/reconciliation",
        f"get {base}/reconciliation.csv",
        f"get {base}/reconciliations",
        f"get {base}/reconciliations/{{period}}",
        f"get {base}/reconciliations/{{period}}.csv",
    }


def test_all_but_the_description_ask_for_a_bearer_token() -> None:
    assert description()["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert description()["security"] == [{"bearer": []}]
    open_to_all = [operation["operationId"] for operation in operations() if operation.get("security") == []]
    assert open_to_all == ["describeApi"]


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    for operation in operations():
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        if operation["operationId"] != "describeApi":
            assert {"401", "422", "500"} <= operation["responses"].keys()
        if "requestBody" in operation:
            assert {"400", "415"} <= operation["responses"].keys()
            content = operation["requestBody"]["content"]["application/json"]
            assert content["examples"]


def test_every_parameter_is_explained() -> None:
    for operation in operations():
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], parameter["name"]


def test_errors_have_one_shape_with_an_example() -> None:
    for response in description()["components"]["responses"].values():
        content = response["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/ErrorAnswer"}
        assert set(content["example"]["error"]) == {"code", "message", "field", "cure"}


def test_the_settings_body_is_described_by_the_settings_model() -> None:
    schemas = description()["components"]["schemas"]
    assert schemas["HoursSettings"]["properties"].keys() == HoursSettings.model_json_schema()["properties"].keys()


def test_nothing_of_the_frameworks_own_errors_is_left() -> None:
    assert not {"HTTPValidationError", "ValidationError", "ResponseValidationError"} & set(
        description()["components"]["schemas"]
    )
