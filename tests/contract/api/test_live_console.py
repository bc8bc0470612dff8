"""The API of an integration whose records move one by one: all that people look at and answer, and what is not there."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from handoff.domain.periods import Period
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.reconciliation import KeptReconciliation
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.moment_economic import MOMENT_ECONOMIC
from handoff.pipeline.live.account import account_of
from sandbox.klitrose import SETTINGS
from tests.builders import settings_content
from tests.contract.api.api_world import description
from tests.contract.api.live_world import LIVE, LiveWorld
from tests.unit.pipeline.live.living import a_customer, an_invoice

FLOWS = list(MOMENT_ECONOMIC.flow_names)

# ---- records -----------------------------------------------------------------------------------


def test_the_integration_is_listed_with_its_flows() -> None:
    listed = {one["id"]: one for one in LiveWorld().get("/api/integrations").json["integrations"]}
    assert listed[LIVE]["flows"] == FLOWS
    assert listed[LIVE]["title"] == "Moment → Visma e-conomic"


def test_records_are_listed_by_flow_with_what_the_object_is() -> None:
    world = LiveWorld()
    world.finalizes()
    customers, invoices = world.ask("GET", "/records"), world.ask("GET", "/records", flow="invoices")
    (customer,), (invoice,) = customers.json["records"], invoices.json["records"]
    assert (customer["flow"], customer["state"], customer["sentence"]) == ("customers", "posted", "Stands in the ERP.")
    assert customer["content"]["object"]["name"] == "Strandby Kaffe ApS"
    assert (invoice["state"], invoice["sentence"], invoice["period"]) == ("posted", "Is in the books.", "2026-10")
    assert invoice["content"]["object"]["total"] == "12500.00"


def test_an_invoices_story_has_its_history_and_its_voucher_and_no_rules() -> None:
    world = LiveWorld()
    world.finalizes()
    story = world.story("invoices", "i1")
    (posting,) = story["postings"]
    assert (posting["kind"], posting["state"], posting["lines"]) == ("customer_invoice", "settled", [])
    assert (posting["invoice"]["number"], posting["invoice"]["voucher"]) == (20001, posting["receipt"]["number"])
    (version,) = story["versions"]
    assert [move["to"] for move in version["history"]] == ["ready", "posting", "posted"]
    assert version["content"]["object"]["number"] == 20001
    assert story["why"] is None


def test_a_customers_story_has_every_version_that_was_seen() -> None:
    world = LiveWorld()
    world.sees("customers", "c1")
    world.tool.has(a_customer(name="Strandby Kaffe og Te ApS"))
    world.sees("customers", "c1")
    story = world.story("customers", "c1")
    assert [version["content"]["object"]["name"] for version in story["versions"]] == [
        "Strandby Kaffe ApS",
        "Strandby Kaffe og Te ApS",
    ]
    assert story["record"]["version"] == 2
    assert (story["postings"], story["why"]) == ([], None)


@pytest.mark.parametrize(
    ("flow", "state", "sentence"),
    [
        ("invoices", "held", "Waits: it is a draft in the time tool."),
        ("invoices", "excluded", "Stays out: it is dated before the integration's start."),
    ],
)
def test_what_does_not_go_says_why(flow: str, state: str, sentence: str) -> None:
    world = LiveWorld()
    draft = state == "held"
    if not draft:
        world.ask("PUT", "/settings", {"starts_on": "2026-11-01"})
    world.tool.has(an_invoice(finalized=not draft))
    world.sees(flow, "i1")
    record = world.story(flow, "i1")["record"]
    assert (record["state"], record["sentence"]) == (state, sentence)


def test_a_flow_of_another_integration_is_unknown() -> None:
    answer = LiveWorld().ask("GET", "/records", flow="hours")
    assert (answer.status, answer.error["code"], answer.error["field"]) == (422, "unknown_flow", "flow")
    assert answer.error["cure"] == f"Its flows are {', '.join(FLOWS)}."


# ---- settings ----------------------------------------------------------------------------------


def test_settings_are_replaced_as_a_whole_and_read_again() -> None:
    world = LiveWorld()
    saved = world.ask("PUT", "/settings", copy.deepcopy(dict(SETTINGS)))
    assert (saved.status, saved.json["version"], saved.json["changed"], saved.json["warnings"]) == (200, 2, True, [])
    read = world.ask("GET", "/settings")
    assert read.json == {"version": 2, "settings": saved.json["settings"]}
    assert read.json["settings"]["expenses"]["accounts"] == ["2210", "2770", "3620"]
    assert world.ask("PUT", "/settings", read.json).json["changed"] is False
    assert world.live.passes.load().needs_posting


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"starts_on": "November"}, "date_from_datetime_parsing", "body.starts_on"),
        ({"customers": {"group": 0}}, "greater_than_equal", "body.customers.group"),
        ({"customers": {"currency": "kroner"}}, "string_pattern_mismatch", "body.customers.currency"),
        ({"projects": {"group": "A"}}, "int_parsing", "body.projects.group"),
        ({"invoices": {"vat_codes": {"25": "UTENLANDS"}}}, "string_too_long", "body.invoices.vat_codes[25]"),
        ({"expenses": {"accounts": ["4999-4000"]}}, "no_account", "body.expenses.accounts[0]"),
        ({"expenses": {"cost_types": [1, 0]}}, "greater_than_equal", "body.expenses.cost_types[1]"),
        ({"payments": {"on": "perhaps"}}, "bool_parsing", "body.payments.on"),
        ({"notices": {"email": "finance"}}, "no_mail_address", "body.notices.email"),
        ({"rate_card": []}, "extra_forbidden", "body.rate_card"),
    ],
)
def test_what_is_wrong_with_settings_is_named_by_its_path(changes: dict[str, Any], code: str, field: str) -> None:
    answer = LiveWorld().ask("PUT", "/settings", changes)
    (fault,) = answer.json["errors"]
    assert (answer.status, fault["code"], fault["field"]) == (422, code, field)
    assert fault["cure"] == f"Correct {field} and save again; the settings that were in force still are."


def test_every_fault_is_told_at_once_and_nothing_is_saved() -> None:
    world = LiveWorld()
    answer = world.ask("PUT", "/settings", {"customers": {"group": 0}, "invoices": {"journal": 0}})
    assert [fault["field"] for fault in answer.json["errors"]] == ["body.customers.group", "body.invoices.journal"]
    assert world.ask("GET", "/settings").json == {"version": 1, "settings": {}}


def test_the_schema_is_that_of_this_integrations_settings() -> None:
    schema = LiveWorld().ask("GET", "/settings/schema").json
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(LiveSettings.model_fields)
    assert schema["$defs"]["ExpenseSettings"]["properties"]["accounts"]["title"] == "Accounts"


def test_every_kind_of_settings_is_described() -> None:
    document = description()
    schemas = document["components"]["schemas"]
    body = document["paths"]["/api/integrations/{integration_id}/settings"]["put"]["requestBody"]
    names = [one["$ref"].rsplit("/", 1)[1] for one in body["content"]["application/json"]["schema"]["anyOf"]]
    assert names == ["BillingSettings", "HoursSettings", "LiveSettings", "SettingsEnvelope"]
    assert set(schemas["LiveSettings"]["properties"]) == set(LiveSettings.model_fields)
    shown = [one["$ref"].rsplit("/", 1)[1] for one in schemas["RecordShape"]["properties"]["content"]["anyOf"][:2]]
    assert shown == ["Content", "ObjectContent"]


# ---- problems ----------------------------------------------------------------------------------


def test_problems_are_told_without_hours_and_tried_again() -> None:
    world = LiveWorld()
    world.finalizes(an_invoice(vat_code="", account="none"))
    problem = world.problem()
    assert (problem["flow"], problem["records"], problem["external_ids"]) == ("invoices", 1, ["i1"])
    assert problem["hours"] is None
    answer = world.ask("POST", f"/problems/{problem['id']}/retry")
    assert (answer.status, answer.json["run"]["flows"]) == (202, FLOWS)
    assert world.story("invoices", "i1")["record"]["state"] == "ready"
    assert world.ask("GET", "/problems").json == {"problems": []}


def test_all_problems_of_a_kind_are_tried_again_at_once() -> None:
    world = LiveWorld()
    world.finalizes(an_invoice(account="none"))
    world.finalizes(an_invoice(external_id="i2", number=20002, account="none"))
    code = world.ask("GET", "/problems").json["problems"][0]["code"]
    answer = world.ask("POST", "/problems/retry", {"code": code})
    tried = {name for problem in answer.json["problems"] for name in problem["external_ids"]}
    assert (answer.status, tried) == (202, {"i1", "i2"})


def test_a_pdf_that_is_missing_beside_a_booked_invoice_is_ended_by_a_word() -> None:
    world = LiveWorld()
    world.finalizes(pdf=False)
    problem = world.problem()
    assert (problem["code"], problem["retryable"], problem["confirmable"]) == ("pdf_missing", False, True)
    path = f"/problems/{problem['id']}"
    assert world.ask("POST", f"{path}/retry").error["code"] == "not_retryable"
    unnamed = world.ask("POST", f"{path}/confirm")
    assert (unnamed.status, unnamed.error["code"], unnamed.error["field"]) == (422, "records_missing", "external_ids")
    assert world.ask("POST", f"{path}/confirm", {"external_ids": ["i2"]}).status == 404
    assert world.ask("POST", f"{path}/confirm", {"external_ids": ["i1"]}).status == 202
    assert world.ask("GET", "/problems").json == {"problems": []}
    assert world.story("invoices", "i1")["record"]["state"] == "posted"


def test_what_has_to_be_mended_is_not_ended_by_a_word() -> None:
    world = LiveWorld()
    world.live.problems.report(
        Problem(ProblemCode.NUMBER_TAKEN, "Customer 1001"), flow="customers", external_ids={"c1"}, at=world.now
    )
    answer = world.ask("POST", f"/problems/{world.problem()['id']}/confirm", {"external_ids": ["c1"]})
    assert (answer.status, answer.error["code"]) == (409, "not_confirmable")


# ---- runs and postings -------------------------------------------------------------------------


def test_a_run_starts_with_all_flows() -> None:
    world = LiveWorld()
    answer = world.ask("POST", "/runs", {})
    assert (answer.status, answer.json["run"]["flows"], answer.json["run"]["state"]) == (202, FLOWS, "queued")
    assert len(world.fetches.messages) == 1
    assert world.ask("GET", f"/runs/{answer.json['run']['id']}").json == answer.json
    assert world.ask("POST", "/runs", {"flows": FLOWS}).status == 202


@pytest.mark.parametrize(
    ("body", "field"), [({"period": "2026-10"}, "body.period"), ({"flows": ["invoices"]}, "body.flows")]
)
def test_a_run_of_less_is_refused_since_a_pass_looks_at_all(body: dict[str, Any], field: str) -> None:
    world = LiveWorld()
    answer = world.ask("POST", "/runs", body)
    assert (answer.status, answer.error["code"], answer.error["field"]) == (422, "not_of_this_integration", field)
    assert not world.fetches.messages


def test_a_posting_is_listed_and_read_with_its_invoice() -> None:
    world = LiveWorld()
    world.finalizes()
    (listed,) = world.ask("GET", "/postings").json["postings"]
    read = world.ask("GET", f"/postings/{listed['key']}").json
    assert (read["flow"], read["kind"], read["invoice"]["total"]) == ("invoices", "customer_invoice", "12500.00")
    assert (read["project_lines"], read["journal_lines"], read["problems"]) == ([], [], [])


# ---- what is not there -------------------------------------------------------------------------

WISH = {"records": [{"flow": "invoices", "external_id": "i1", "hash": "9f2c01d4e8a7b6c5d4e3f201"}]}
NOT_HERE: list[tuple[str, str, Any, dict[str, str]]] = [
    ("POST", "/approvals", {**WISH, "decision": "approve"}, {}),
    ("POST", "/runs", {"preview": True}, {}),
    ("POST", "/repostings", {**WISH, "note": "agreed"}, {}),
    ("GET", "/what-would-change", None, {}),
    ("POST", "/what-would-change", {"settings": settings_content()}, {}),
    ("POST", "/postings/HOCCSB3YPVAD2BR4SL/outcome", {"written": False}, {}),
]


@pytest.mark.parametrize(("method", "path", "body", "query"), NOT_HERE, ids=[f"{m} {p}" for m, p, _, _ in NOT_HERE])
def test_what_only_hours_have_is_refused_in_words(method: str, path: str, body: Any, query: dict[str, str]) -> None:
    world = LiveWorld()
    world.finalizes()
    answer = world.ask(method, path, body, **query)
    assert (answer.status, answer.error["code"]) == (422, "not_of_this_integration")
    assert answer.error["message"].startswith("Moment → Visma e-conomic moves its records one by one")
    assert answer.error["cure"] == "Look at its records, postings and problems."
    assert world.reconciled == []


# ---- accounts ----------------------------------------------------------------------------------


def test_a_month_of_invoices_is_accounted_for_while_the_caller_waits() -> None:
    """M1.1, M1.2: how many, their money, where they stand, and what the books say."""
    world = LiveWorld()
    world.finalizes()
    account = world.ask("GET", "/reconciliation", period="2026-10").json
    assert (account["flow"], account["source"], account["agrees"]) == ("invoices", "time_tool", True)
    assert account["states"]["posted"] == {"records": 1, "hours": "0.00", "value": {"DKK": "12500.00"}}
    (books,) = account["books"]
    assert (books["kind"], books["currency"]) == ("customer_invoice", "DKK")
    assert (books["documents"], books["ledger_documents"], books["ledger_amount"]) == (1, 1, "12500.00")


def test_what_differs_is_named_invoice_by_invoice() -> None:
    world = LiveWorld()
    world.finalizes()
    world.tool.has(an_invoice(external_id="i2", number=20002))
    account = world.ask("GET", "/reconciliation", period="2026-10", flow="invoices").json
    assert (account["agrees"], account["difference_count"]) == (False, 1)
    assert account["differences"] == [
        {"code": "not_fetched", "subject": "invoice 20002", "expected": "", "found": "12500.00 DKK"}
    ]


def test_the_account_a_night_kept_is_listed_and_read_as_json_and_as_a_table() -> None:
    world = LiveWorld()
    world.finalizes()
    account = account_of(world.desk(), "invoices", Period("2026-10"))
    world.live.reconciliations.save(KeptReconciliation("invoices", "run-1", account))
    (line,) = world.ask("GET", "/reconciliations").json["reconciliations"]
    assert (line["flow"], line["period"], line["run"], line["agrees"]) == ("invoices", "2026-10", "run-1", True)
    assert world.ask("GET", "/reconciliations/2026-10").json["states"]["posted"]["records"] == 1
    assert world.ask("GET", "/reconciliations/2026-10", flow="expenses").status == 404
    table = world.ask("GET", "/reconciliations/2026-10.csv").json
    assert "books,customer_invoice,in the ERP,1,0.00,DKK,12500.00" in table


@pytest.mark.parametrize("flow", ["customers", "payments"])
def test_a_flow_that_makes_no_documents_has_no_account(flow: str) -> None:
    answer = LiveWorld().ask("GET", "/reconciliation", period="2026-10", flow=flow)
    assert (answer.status, answer.error["code"], answer.error["field"]) == (422, "no_account", "flow")
    assert answer.error["cure"] == "There is one of invoices, expenses."
