"""The Business NXT stand-in: tokens, companies, limits, batches, and what the schema tells about itself."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator

import httpx
import pytest

from sandbox.business_nxt import API_PATH, CREDENTIALS, TOKEN_PATH, stand_in
from sandbox.business_nxt.access import CLOSED_COMPANY_NO, READ_SCOPE, SECOND_COMPANY_NO
from sandbox.standin import BadOption
from sandbox.wire import from_json
from tests.contract.business_nxt_company import NxtCompany, codes

COMPANIES = "{ availableCompanies { totalCount items { name vismaNetCompanyId vismaNetCustomerId } } }"
ONE_NAME = "associate(first: 1) { items { name } }"


@pytest.fixture
def nxt() -> Iterator[NxtCompany]:
    company = NxtCompany()
    yield company
    company.close()


def of_company(number: int, fields: str = ONE_NAME) -> str:
    return f"{{ useCompany(no: {number}) {{ {fields} }} }}"


# ---- tokens --------------------------------------------------------------------------------------


def test_a_token_needs_no_tenant_and_lasts_an_hour(nxt: NxtCompany) -> None:
    given = nxt.ask_for_token().json()
    assert (given["expires_in"], given["token_type"], given["scope"]) == (3600, "Bearer", CREDENTIALS.scope)
    nxt.turn(minutes=59)
    assert nxt.post({"query": COMPANIES}).status_code == 200
    nxt.turn(minutes=2)
    assert nxt.post({"query": COMPANIES}).status_code == 401


def test_the_secret_may_stand_in_basic_authorization(nxt: NxtCompany) -> None:
    coded = base64.b64encode(f"{CREDENTIALS.client_id}:{CREDENTIALS.client_secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": CREDENTIALS.scope}
    assert nxt.http.post(TOKEN_PATH, data=form, headers={"Authorization": f"Basic {coded}"}).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"scope": "vismanet_erp_service_api:read"}, 400, "invalid_scope"),
        ({"scope": None}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_token_that_is_not_given_says_why(
    nxt: NxtCompany, changed: dict[str, str | None], status: int, error: str
) -> None:
    refused = nxt.ask_for_token(**changed)
    assert (refused.status_code, refused.json()) == (status, {"error": error})


def test_401_is_a_page_and_carries_the_trace_id(nxt: NxtCompany) -> None:
    refused = nxt.post({"query": COMPANIES}, "Bearer nonsense")
    assert (refused.status_code, refused.headers["content-type"]) == (401, "text/html")
    assert "401 Authorization Required" in refused.text
    assert len(refused.headers["x-vbc-traceid"]) == 32
    assert nxt.post({"query": COMPANIES}).headers["x-vbc-traceid"] != refused.headers["x-vbc-traceid"]


def test_only_post_is_answered(nxt: NxtCompany) -> None:
    refused = nxt.http.get(API_PATH, headers={"Authorization": nxt.authorization})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_a_token_for_reading_changes_nothing(nxt: NxtCompany) -> None:
    nxt.authorization = nxt.token(scope=READ_SCOPE)
    assert nxt.items("orgUnit1", "orgUnit1No")[0] == {"orgUnit1No": 10}
    answer = nxt.change('orgUnit1_create(values: [{orgUnit1No: 40, name: "Ny"}]) { affectedRows }')
    assert (answer["data"], codes(answer)) == ({"useCompany": None}, ["WRITE_ACCESS_DENIED"])


# ---- companies -----------------------------------------------------------------------------------


def test_an_application_sees_the_companies_that_let_it_in(nxt: NxtCompany) -> None:
    found = nxt.send(COMPANIES)["data"]["availableCompanies"]
    assert found["totalCount"] == 3
    first = {"name": "Vintergran Rådgivning AS", "vismaNetCompanyId": 9_112_001, "vismaNetCustomerId": 4_711_001}
    assert found["items"][0] == first
    stranger = nxt.token(client_id=CREDENTIALS.other_client_id, client_secret=CREDENTIALS.other_client_secret)
    assert from_json(nxt.post({"query": COMPANIES}, stranger).content)["data"]["availableCompanies"]["totalCount"] == 0


@pytest.mark.parametrize("number", [CLOSED_COMPANY_NO, 1])
def test_a_company_that_is_closed_or_unknown_is_an_error_with_http_200(nxt: NxtCompany, number: int) -> None:
    answer = nxt.send(of_company(number))
    assert (answer["data"], codes(answer)) == ({"useCompany": None}, ["COMPANY_ACCESS_DENIED"])
    assert answer["errors"][0]["path"] == ["useCompany"]


def test_one_request_reads_several_tables_and_companies_under_aliases(nxt: NxtCompany) -> None:
    rows = "projects: orgUnit2 { items { name } } departments: orgUnit1(first: 1) { items { name } }"
    answer = nxt.send(
        f"{{ a: useCompany(no: 9112001) {{ {rows} }} b: useCompany(no: {SECOND_COMPANY_NO}) {{ {rows} }} }}"
    )
    assert len(answer["data"]["a"]["projects"]["items"]) == 4
    assert answer["data"]["a"]["departments"]["items"] == [{"name": "Rådgivning"}]
    assert answer["data"]["b"] == {"projects": {"items": []}, "departments": {"items": []}}


def test_data_of_one_company_stands_beside_the_error_of_another(nxt: NxtCompany) -> None:
    answer = nxt.send(f"{{ a: useCompany(no: 9112001) {{ {ONE_NAME} }} b: useCompany(no: 1) {{ {ONE_NAME} }} }}")
    assert answer["data"]["a"]["associate"]["items"] == [{"name": "Tåkefjord Rederi AS"}]
    assert (answer["data"]["b"], answer["errors"][0]["path"]) == (None, ["b"])


def test_access_that_a_supervisor_took_away_comes_back(nxt: NxtCompany) -> None:
    nxt.control("access", allowed=False)
    assert codes(nxt.send(of_company(CREDENTIALS.company_no))) == ["COMPANY_ACCESS_DENIED"]
    nxt.control("access", allowed=True)
    assert "errors" not in nxt.send(of_company(CREDENTIALS.company_no))


def test_a_withdrawn_application_gets_no_token_and_its_old_one_is_not_taken(nxt: NxtCompany) -> None:
    nxt.control("revoke")
    assert nxt.post({"query": COMPANIES}).status_code == 401
    assert nxt.ask_for_token().json() == {"error": "invalid_client"}


# ---- limits --------------------------------------------------------------------------------------


def test_more_than_600_requests_a_minute_of_one_token_are_refused_by_the_gateway(nxt: NxtCompany) -> None:
    assert {nxt.post({"query": COMPANIES}).status_code for _ in range(600)} == {200}
    refused = nxt.post({"query": COMPANIES})
    assert (refused.status_code, refused.headers["content-type"]) == (429, "text/html")
    assert "retry-after" not in refused.headers
    assert nxt.post({"query": COMPANIES}, nxt.token()).status_code == 200  # the limit is the token's
    nxt.turn(minutes=1)
    assert nxt.post({"query": COMPANIES}).status_code == 200


def test_429_may_say_how_long_to_wait() -> None:
    nxt = NxtCompany(limit=1, sends_retry_after=True)
    nxt.post({"query": COMPANIES})
    assert nxt.post({"query": COMPANIES}).headers["retry-after"] == "60"


def test_lost_requests_hold_their_slots_for_half_an_hour(nxt: NxtCompany) -> None:
    nxt.control("busy", requests=59)
    assert "errors" not in nxt.send(of_company(CREDENTIALS.company_no))
    nxt.control("busy", requests=1)
    answer = nxt.send(of_company(CREDENTIALS.company_no))
    assert answer["errors"][0]["message"] == "Company 9112001 has 60 requests in progress. Limit is 60."
    assert answer["errors"][0]["extensions"]["code"] == "OUTSTANDING_LIMIT_EXCEEDED"
    assert answer["errors"][0]["extensions"]["limit"] == 60
    assert "errors" not in nxt.send(of_company(SECOND_COMPANY_NO))  # the limit is the company's
    nxt.turn(minutes=31)
    nxt.authorization = nxt.token()
    assert "errors" not in nxt.send(of_company(CREDENTIALS.company_no))


def test_requests_that_are_really_at_once_are_counted() -> None:
    vendor = stand_in(concurrent=2)
    vendor.fault("slow", f"POST {API_PATH}", seconds=1, times=3)
    answers: list[object] = []
    with vendor.serve() as served, httpx.Client(base_url=served.url) as client:
        form = {"client_id": CREDENTIALS.client_id, "client_secret": CREDENTIALS.client_secret}
        asked = {**form, "grant_type": "client_credentials", "scope": CREDENTIALS.scope}
        token = client.post(TOKEN_PATH, data=asked).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

        def ask() -> None:
            body = {"query": of_company(CREDENTIALS.company_no)}
            answers.append(client.post(API_PATH, json=body, headers=headers).json())

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted("errors" in answer for answer in answers if isinstance(answer, dict)) == [False, False, True]
    vendor.vendor.close()


# ---- the body ------------------------------------------------------------------------------------


def test_a_batch_is_answered_in_its_order_and_32_is_the_most(nxt: NxtCompany) -> None:
    bad = {"query": "{ nothing }"}
    good = {"query": COMPANIES}
    answers = nxt.post([good, bad, *[good] * 30]).json()
    assert len(answers) == 32
    assert ["errors" in answer for answer in answers[:3]] == [False, True, False]
    assert codes(nxt.post([good] * 33).json()) == ["BATCH_LIMIT_EXCEEDED"]


def test_an_unknown_field_is_told_with_its_code_and_without_data(nxt: NxtCompany) -> None:
    answer = nxt.send(of_company(9_112_001, "customerTransaction { items { x } }"))
    assert answer["errors"][0]["message"] == "Cannot query field 'x' on type 'CustomerTransaction'."
    assert codes(answer) == ["FIELDS_ON_CORRECT_TYPE"]
    assert "data" not in answer


@pytest.mark.parametrize("body", [b"{", b'{"query": 5}', b'{"query": "{ a"}', b'{"query": "{ a }", "variables": []}'])
def test_what_is_no_request_is_http_200_with_errors(nxt: NxtCompany, body: bytes) -> None:
    headers = {"Authorization": nxt.authorization, "Content-Type": "application/json"}
    answer = nxt.http.post(API_PATH, content=body, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["errors"]


def test_a_variable_of_the_wrong_type_is_an_error_and_nothing_runs(nxt: NxtCompany) -> None:
    answer = nxt.send("query($cid: Int!) { useCompany(no: $cid) { " + ONE_NAME + " } }", cid="9112001")
    assert "errors" in answer
    assert answer.get("data") is None


# ---- the schema ----------------------------------------------------------------------------------


def test_a_type_tells_its_fields(nxt: NxtCompany) -> None:
    found = nxt.send('{ __type(name: "Associate") { fields { name type { name } } } }')["data"]["__type"]["fields"]
    types = {field["name"]: field["type"]["name"] for field in found}
    expected = {"associateNo": "Int", "name": "String", "orgUnit6": "Int", "orgUnit7": "String"}
    assert expected.items() <= types.items()
    assert types["changedTimestamp"] == "DateTime"


def test_a_column_that_an_installation_lacks_is_not_in_its_schema() -> None:
    nxt = NxtCompany(missing_columns=["orgUnit2.associateNo1"])
    answer = nxt.send(of_company(9_112_001, "orgUnit2 { items { associateNo1 } }"))
    assert codes(answer) == ["FIELDS_ON_CORRECT_TYPE"]
    assert nxt.items("orgUnit2", "orgUnit2No", "first: 1") == [{"orgUnit2No": 1001}]


def test_the_model_names_its_tables(nxt: NxtCompany) -> None:
    asked = "{ useModel { tables(lang: NORWEGIAN, tableNo: 152) { tableNo identifier databaseType } } }"
    row = {"tableNo": 152, "identifier": "Associate", "databaseType": "COMPANY"}
    assert nxt.send(asked)["data"]["useModel"]["tables"] == [row]
    assert len(nxt.send("{ useModel { tables { identifier } } }")["data"]["useModel"]["tables"]) > 30


def test_a_company_labels_its_dimensions(nxt: NxtCompany) -> None:
    (labels,) = nxt.items("companyInformation", "companyNo orgUnit1Name orgUnit2Name orgUnit4Name")
    assert labels == {
        "companyNo": "999888001",
        "orgUnit1Name": "Avdeling",
        "orgUnit2Name": "Prosjekt",
        "orgUnit4Name": "",
    }


@pytest.mark.parametrize(
    "options",
    [{"limit": -1}, {"late_paid_stay": 1}, {"missing_columns": ["x"]}, {"page_max": 0}, {"shoes": 1}],
)
def test_an_option_that_cannot_be_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadOption):
        NxtCompany(**options)
