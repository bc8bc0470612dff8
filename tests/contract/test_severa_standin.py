"""The Severa stand-in keeps the rules that a client can trip over first: tokens, scopes, quota, errors, faults, reset."""

from __future__ import annotations

import httpx
import pytest

from sandbox.severa import CREDENTIALS, Options, stand_in
from sandbox.standin import BadOption
from tests.contract.severa_organisation import BASE, NOON, SeveraOrganisation, operations

SECRET = {"client_id": CREDENTIALS.client_id, "client_secret": CREDENTIALS.client_secret}


@pytest.fixture
def severa() -> SeveraOrganisation:
    return SeveraOrganisation()


# tokens


def test_a_token_says_how_long_it_lives_under_names_of_its_own(severa: SeveraOrganisation) -> None:
    token = severa.ask_token(**SECRET, scope="customers:read").json()
    assert (token["access_token_type"], token["access_token_expires_in"]) == ("Bearer", 3600)
    assert token["access_token_expires_utc"] == "2026-11-05T13:00:00Z"
    assert (token["refresh_token_expires_in"], token["scope"]) == (7200, "customers:read")
    assert "expires_in" not in token


@pytest.mark.parametrize("names", [("client_Id", "client_Secret"), ("CLIENT_ID", "Client_Secret")])
def test_names_of_the_token_call_are_taken_in_any_case(severa: SeveraOrganisation, names: tuple[str, str]) -> None:
    body = dict(zip(names, (CREDENTIALS.client_id, CREDENTIALS.client_secret), strict=True))
    assert severa.ask_token(**body, grant_type="client_credentials").status_code == 200


@pytest.mark.parametrize("parting", [",", " ", ", "])
def test_scopes_are_parted_by_commas_or_spaces(severa: SeveraOrganisation, parting: str) -> None:
    assert severa.new_token(parting.join(("users:read", "hours:read")))["scope"] == "users:read hours:read"


def test_credentials_that_do_not_fit_are_unauthorised(severa: SeveraOrganisation) -> None:
    wrong = severa.refusal("POST", "token", {**SECRET, "client_secret": "nonsense"})
    assert wrong == (401, "AuthenticationRequired", "client_id")
    assert severa.call("POST", "token", {"client_id": CREDENTIALS.client_id}).status_code == 401


def test_an_access_token_runs_out_and_a_refresh_token_gives_another(severa: SeveraOrganisation) -> None:
    severa.turn(seconds=3600)
    assert severa.refusal("GET", "customers")[:2] == (401, "AuthenticationRequired")
    severa.token = severa.json(severa.call("POST", "refreshtoken", severa.token["refresh_token"]), 200)
    assert severa.call("GET", "customers").status_code == 200


def test_a_refresh_token_works_once_and_until_it_runs_out(severa: SeveraOrganisation) -> None:
    first = severa.token["refresh_token"]
    second = severa.call("POST", "refreshtoken", first).json()["refresh_token"]
    assert severa.call("POST", "refreshtoken", first).status_code == 401
    severa.turn(seconds=7200)
    assert severa.call("POST", "refreshtoken", second).status_code == 401


def test_signing_out_ends_the_refresh_token_and_not_the_access_token(severa: SeveraOrganisation) -> None:
    assert severa.call("POST", "signout", severa.token["refresh_token"]).status_code == 200
    assert severa.call("POST", "refreshtoken", severa.token["refresh_token"]).status_code == 401
    assert severa.call("GET", "customers").status_code == 200


@pytest.mark.parametrize("client_id", [None, "somebody-else"])
def test_every_call_names_its_client(severa: SeveraOrganisation, client_id: str | None) -> None:
    answer = severa.http.get(f"{BASE}/customers", headers=severa.headers(Client_Id=client_id))
    assert (answer.status_code, answer.json()["error"]["details"][0]["location"]["name"]) == (401, "Client_Id")


def test_the_header_with_the_client_can_be_left_away_where_the_vendor_is_not_strict() -> None:
    severa = SeveraOrganisation(needs_client_id=False)
    assert severa.http.get(f"{BASE}/customers", headers=severa.headers(Client_Id=None)).status_code == 200
    assert severa.http.get(f"{BASE}/customers", headers=severa.headers(Client_Id="other")).status_code == 401


def test_credentials_that_were_revoked_open_nothing_until_they_are_made_anew(severa: SeveraOrganisation) -> None:
    assert severa.call("POST", "/_sandbox/revoke").status_code == 200
    assert severa.call("GET", "customers").status_code == 401
    assert severa.ask_token(**SECRET).status_code == 401
    severa.call("POST", "/_sandbox/restore", {"secret": "a-new-one"})
    assert severa.ask_token(**SECRET).status_code == 401
    assert severa.ask_token(**{**SECRET, "client_secret": "a-new-one"}).status_code == 200


# scopes


def test_a_call_without_its_scope_is_forbidden() -> None:
    severa = SeveraOrganisation("customers:read,customers:write")
    assert severa.call("GET", "customers").status_code == 200
    assert severa.refusal("GET", "invoicestatuses")[:2] == (403, "InsufficientApiScope")  # settings, not invoices
    assert severa.refusal("DELETE", f"customers/{severa.rows('customers')[0]['guid']}")[0] == 403


def test_a_client_gets_no_more_scopes_than_it_has() -> None:
    severa = SeveraOrganisation(scopes=["customers:read"])
    assert severa.new_token("customers:read users:read")["scope"] == "customers:read"
    strict = SeveraOrganisation(scopes=["customers:read"], narrows_scopes=False)
    refused = strict.ask_token(**SECRET, scope="customers:read users:read")
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "InsufficientApiScope")


def test_lists_of_deleted_rows_need_the_scope_of_reading_only() -> None:
    severa = SeveraOrganisation("hours:read")
    assert severa.get("deletedworkhours") == []


# paths, heartbeats, quota


def test_both_spellings_of_the_version_answer_alike(severa: SeveraOrganisation) -> None:
    assert severa.get("/rest-api/v1.0/customers") == severa.get("/rest-api/v1/customers")
    assert severa.refusal("GET", "/rest-api/v2/customers")[:2] == (400, "InvalidApiVersion")


def test_what_is_not_there_is_answered_without_a_body(severa: SeveraOrganisation) -> None:
    for path in ("customers/0aa5e5f0-0000-4000-8000-000000000000", "webhooks", "customers/nobody/addresses"):
        answer = severa.call("GET", path)
        assert (answer.status_code, answer.content) == (404, b"")


def test_heartbeats_need_no_token_but_one_does(severa: SeveraOrganisation) -> None:
    beat = severa.http.get("/rest-api/heartbeat/server")
    assert (beat.status_code, beat.text) == (200, "Server is alive.")
    assert severa.http.get("/rest-api/heartbeat/database").status_code == 200
    assert severa.http.get("/rest-api/heartbeat/authorized").status_code == 401
    assert severa.call("GET", "/rest-api/heartbeat/authorized").status_code == 204


def test_ten_calls_a_second_are_admitted_and_nothing_says_how_long_to_wait() -> None:
    severa = SeveraOrganisation(limit=10)
    assert [severa.call("GET", "users").status_code for _ in range(10)] == [200] * 9 + [429]  # the token was one
    refused = severa.call("GET", "users")
    assert refused.text == "API calls quota exceeded! maximum admitted 10 per 1s."
    assert "retry-after" not in refused.headers
    severa.turn(seconds=1)
    assert severa.call("GET", "users").status_code == 200


def test_a_refused_call_can_say_how_long_to_wait() -> None:
    severa = SeveraOrganisation(limit=1, retry_after=True)
    assert severa.call("GET", "users").headers["retry-after"] == "1"


def test_the_quota_is_as_documented_unless_it_is_changed() -> None:
    vendor = stand_in(clock=lambda: NOON).vendor
    assert (vendor.company.options.limit, vendor.company.options.rows_max) == (10, 100)


# bodies and errors


def test_a_body_that_is_no_json_is_refused(severa: SeveraOrganisation) -> None:
    answer = severa.http.post(f"{BASE}/customers", content=b"{", headers=severa.headers())
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "InvalidRequest")
    assert severa.refusal("POST", "customers", ["name"])[1] == "InvalidRequest"


def test_an_error_names_the_field(severa: SeveraOrganisation) -> None:
    assert severa.refusal("POST", "customers", {"number": 4}) == (400, "InvalidParameter", "name")
    assert severa.refusal("GET", "customers", numbers="four") == (400, "InvalidParameter", "numbers")


# faults, reset, options


def test_faults_come_on_demand(severa: SeveraOrganisation) -> None:
    severa.stand_in.fault("status", "GET */users", status=500, body="<h1>oops</h1>")
    assert severa.call("GET", "users").status_code == 500
    severa.stand_in.fault("status", "GET */users", status=200, body='[{"guid": ')
    assert severa.call("GET", "users").text == '[{"guid": '
    severa.stand_in.fault("lost_after_commit", "POST */customers")
    with pytest.raises(httpx.RemoteProtocolError):
        severa.call("POST", "customers", {"name": "Kadonnut Vastaus Oy"})
    assert severa.row("customers", customerNames="Kadonnut Vastaus Oy")["isActive"] is True


def test_a_token_that_expired_on_demand_can_be_refreshed(severa: SeveraOrganisation) -> None:
    severa.stand_in.fault("token_expired", "GET */users")
    assert severa.refusal("GET", "users")[0] == 401
    assert severa.refusal("GET", "users")[0] == 401
    assert severa.call("POST", "refreshtoken", severa.token["refresh_token"]).status_code == 200


def test_a_reset_starts_the_data_over_and_keeps_tokens(severa: SeveraOrganisation) -> None:
    severa.post("customers", {"name": "Pian Unohdettu Oy"})
    assert severa.call("POST", "/_sandbox/reset", {"extra_customers": 3}).status_code == 200
    names = [row["name"] for row in severa.rows("customers")]
    assert "Pian Unohdettu Oy" not in names
    assert len(names) == 11


@pytest.mark.parametrize(
    "options", [{"limit": -1}, {"retry_after": 1}, {"scopes": ["all"]}, {"status_pointers": "/status"}, {"x": 1}]
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadOption):
        Options().changed(options)


def test_options_can_be_changed_without_starting_over(severa: SeveraOrganisation) -> None:
    severa.post("customers", {"name": "Pysyvä Oy"})
    assert severa.call("POST", "/_sandbox/settings", {"refuses_duplicates": True}).status_code == 200
    assert severa.row("customers", customerNames="pysyvä oy")["name"] == "Pysyvä Oy"
    assert severa.call("POST", "/_sandbox/settings", {"extra_users": 1}).status_code == 400


# what people do


def test_control_calls_are_what_people_do_in_the_product(severa: SeveraOrganisation) -> None:
    project = next(row for row in severa.rows("projects") if row["number"] == 7)
    made = severa.call("POST", "/_sandbox/hours", {"project": project["guid"], "hours": "3.5"}).json()
    assert (made["quantity"], made["isApproved"], made["createdBy"]["code"]) == (3.5, False, "101")
    severa.call("POST", "/_sandbox/approve", {"guids": [made["guid"]]})
    assert severa.get(f"workhours/{made['guid']}")["isApproved"] is True
    won = severa.call("POST", "/_sandbox/sales-status", {"project": project["guid"]}).json()
    assert won["salesStatus"]["name"] == "Voitettu"
    invoice = severa.call("POST", "/_sandbox/invoice", {"projects": [project["guid"]], "date": "2026-11-04"}).json()
    assert (invoice["date"], invoice["status"]["name"]) == ("2026-11-04", "Luonnos")
    body = {"invoice": invoice["guid"], "status": "Lähetetty"}
    assert severa.call("POST", "/_sandbox/invoice-status", body).json()["status"]["isSent"] is True
    note = severa.call("POST", "/_sandbox/credit", {"invoice": invoice["guid"]}).json()
    assert note["isCreditNote"] is True


def test_people_create_edit_and_delete_rows_of_any_resource(severa: SeveraOrganisation) -> None:
    body = {"resource": "products", "fields": {"name": "Kartta", "code": "KAR"}}
    guid = severa.call("POST", "/_sandbox/create", body).json()["guid"]
    edited = {"resource": "products", "guid": guid, "fields": {"name": "Karttalehti"}}
    assert severa.call("POST", "/_sandbox/edit", edited).json()["name"] == "Karttalehti"
    rows = severa.call("GET", "/_sandbox/rows/products").json()["rows"]
    assert [row["name"] for row in rows if row["code"] == "KAR"] == ["Karttalehti"]
    severa.call("POST", "/_sandbox/delete", {"resource": "products", "guid": guid})
    assert severa.call("GET", f"products/{guid}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("edit", {"resource": "dragons", "guid": "x"}),
        ("edit", {"resource": "users", "guid": "x"}),
        ("edit", {"resource": "users"}),
        ("create", {"resource": "users", "fields": {}}),
        ("sales-status", {"project": "x"}),
        ("invoice", {"projects": ["x"]}),
        ("approve", ["x"]),
    ],
)
def test_a_control_call_that_makes_no_sense_is_refused(severa: SeveraOrganisation, path: str, body: object) -> None:
    assert severa.call("POST", f"/_sandbox/{path}", body).status_code == 400


def test_calls_are_counted_under_one_name_for_both_versions(severa: SeveraOrganisation) -> None:
    severa.get("/rest-api/v1.0/users")
    severa.get("/rest-api/v1/users")
    assert severa.stand_in.calls()["GET /rest-api/{version}/users"] == 2


def test_a_client_that_knows_the_way_needs_nothing_but_an_address() -> None:
    with stand_in(limit=0).serve() as served, httpx.Client(base_url=f"{served.url}/rest-api/v1.0/") as client:
        token = client.post("token", json=SECRET).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Client_Id": CREDENTIALS.client_id}
        answer = client.patch(
            f"customers/{_first(client, headers)}", json=operations(notes="soitettu"), headers=headers
        )
        assert answer.json()[0]["notes"] == "soitettu"


def _first(client: httpx.Client, headers: dict[str, str]) -> str:
    return str(client.get("customers", headers=headers).json()[0]["guid"])
