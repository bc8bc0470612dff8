"""Signing in to the eAccounting stand-in: the page, codes, challenges, tokens that work once, revocation."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.eaccounting import CREDENTIALS, OTHER_APPLICATION
from sandbox.eaccounting.stroomlijn import BOOKKEEPER, PERSON
from tests.contract.eaccounting_company import EAccountingCompany

ALL = "ea:api offline_access ea:sales ea:accounting ea:purchase"


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


def asked(**changed: str) -> dict[str, str]:
    query = {"client_id": CREDENTIALS.client_id, "redirect_uri": CREDENTIALS.redirect_uri, "response_type": "code"}
    return {**query, "scope": ALL, "state": "s-1", **changed}


def allow(books: EAccountingCompany, form: dict[str, str] | None = None, /, **changed: str) -> dict[str, str]:
    """What comes back to the client's address when the person has pressed the button."""
    answer = books.http.post("/connect/authorize", params=asked(**changed), data=form or {})
    assert answer.status_code == 302, answer.text
    return returned(answer)


def returned(answer: httpx.Response) -> dict[str, str]:
    address = answer.headers["location"]
    assert address.startswith(CREDENTIALS.redirect_uri)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def exchange(books: EAccountingCompany, **form: str) -> httpx.Response:
    client = {"client_id": CREDENTIALS.client_id, "client_secret": CREDENTIALS.client_secret}
    return books.http.post("/connect/token", data={**client, **form})


def exchanged(books: EAccountingCompany, code: str, **form: str) -> httpx.Response:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CREDENTIALS.redirect_uri, **form}
    return exchange(books, **fields)


def refreshed(books: EAccountingCompany, token: str) -> httpx.Response:
    return exchange(books, grant_type="refresh_token", refresh_token=token)


def works(books: EAccountingCompany, tokens: dict[str, Any]) -> bool:
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    return books.http.get("/v2/companysettings", headers=header).status_code == 200


# signing in


def test_a_person_chooses_a_company_on_a_page_and_the_token_is_for_that_company() -> None:
    books = EAccountingCompany(companies=3)
    page = books.http.get("/connect/authorize", params=asked(prompt="select_account"))
    assert (page.status_code, "Stroomlijn Ontwerp BV" in page.text) == (200, True)
    second = books.vendor.house.card(1)
    back = allow(books, {"person": BOOKKEEPER, "company": second.identifier})
    assert back["state"] == "s-1"
    tokens = exchanged(books, back["code"]).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    settings = books.http.get("/v2/companysettings", headers=header).json()
    assert (settings["CompanyIdentifier"], settings["Name"]) == (second.identifier, second.name)


def test_a_person_cannot_choose_a_company_of_others() -> None:
    books = EAccountingCompany(companies=2)
    form = {"person": PERSON, "company": books.vendor.house.card(1).identifier}
    answer = books.http.post("/connect/authorize", params=asked(), data=form)
    assert answer.status_code == 403


def test_a_remembered_person_gets_the_default_company_in_silence_unless_a_prompt_is_asked_for() -> None:
    books = EAccountingCompany(remembered=True)
    silent = books.http.get("/connect/authorize", params=asked())
    assert "code" in returned(silent)
    for prompt in ("select_account", "login"):
        assert books.http.get("/connect/authorize", params=asked(prompt=prompt)).status_code == 200


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"redirect_uri": "https://elsewhere.example.test/"}])
def test_a_client_or_address_that_is_not_registered_is_sent_nowhere(
    books: EAccountingCompany, changed: dict[str, str]
) -> None:
    for answer in (
        books.http.get("/connect/authorize", params=asked(**changed)),
        books.http.post("/connect/authorize", params=asked(**changed)),
    ):
        assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "ea:everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
    ],
)
def test_what_is_asked_for_wrongly_comes_back_as_an_error(
    books: EAccountingCompany, changed: dict[str, str], error: str
) -> None:
    assert allow(books, **changed) == {"error": error, "state": "s-1"}
    assert returned(books.http.get("/connect/authorize", params=asked(**changed)))["error"] == error


def test_a_person_who_denies_is_sent_back_with_access_denied(books: EAccountingCompany) -> None:
    assert allow(books, {"answer": "no"})["error"] == "access_denied"
    books.vendor.change({"user_declines": True})
    assert allow(books)["error"] == "access_denied"


def test_a_code_works_once_for_its_client_its_address_and_five_minutes(books: EAccountingCompany) -> None:
    code = allow(books)["code"]
    assert exchanged(books, code).status_code == 200
    assert exchanged(books, code).json() == {"error": "invalid_grant"}
    assert exchanged(books, allow(books)["code"], redirect_uri="http://127.0.0.1/").json()["error"] == "invalid_grant"
    other = {"client_id": OTHER_APPLICATION.client_id, "client_secret": OTHER_APPLICATION.client_secret}
    assert exchanged(books, allow(books)["code"], **other).json()["error"] == "invalid_grant"
    late = allow(books)["code"]
    books.turn(seconds=300)
    assert exchanged(books, late).json()["error"] == "invalid_grant"


def test_a_challenge_that_was_sent_is_checked(books: EAccountingCompany) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).rstrip(b"=").decode()
    sent = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert exchanged(books, allow(books, **sent)["code"], code_verifier="v" * 43).status_code == 200
    assert exchanged(books, allow(books, **sent)["code"], code_verifier="w" * 43).json()["error"] == "invalid_grant"
    assert exchanged(books, allow(books, code_challenge="plain")["code"], code_verifier="plain").status_code == 200


def test_challenges_can_be_ignored_or_required(books: EAccountingCompany) -> None:
    books.vendor.change({"pkce": "ignored"})
    assert exchanged(books, allow(books, code_challenge="x")["code"]).status_code == 200
    books.vendor.change({"pkce": "required"})
    assert allow(books)["error"] == "invalid_request"


# tokens


def test_the_token_endpoint_takes_a_form_and_the_secret_in_either_place(books: EAccountingCompany) -> None:
    token = books.tokens["refresh_token"]
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    assert books.http.post("/connect/token", json=fields).json() == {"error": "invalid_request"}
    wrong = books.http.post("/connect/token", data=fields, auth=(CREDENTIALS.client_id, "wrong"))
    assert (wrong.status_code, wrong.json()) == (401, {"error": "invalid_client"})
    assert exchange(books, grant_type="password").json() == {"error": "unsupported_grant_type"}
    basic = books.http.post("/connect/token", data=fields, auth=(CREDENTIALS.client_id, CREDENTIALS.client_secret))
    assert basic.status_code == 200
    assert refreshed(books, basic.json()["refresh_token"]).status_code == 200


def test_each_refresh_gives_a_new_refresh_token_and_one_cannot_be_used_twice(books: EAccountingCompany) -> None:
    first = books.tokens["refresh_token"]
    second = refreshed(books, first).json()
    assert second["refresh_token"] != first
    again = refreshed(books, first)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert refreshed(books, second["refresh_token"]).status_code == 200


def test_a_reused_refresh_token_can_end_the_newer_one_too(books: EAccountingCompany) -> None:
    books.vendor.change({"reuse_ends_family": True})
    first = books.tokens["refresh_token"]
    second = refreshed(books, first).json()
    assert refreshed(books, first).status_code == 400
    assert refreshed(books, second["refresh_token"]).status_code == 400
    assert works(books, second)  # until it runs out


def test_a_lost_answer_loses_the_refresh_token(books: EAccountingCompany) -> None:
    books.stand_in.fault("lost_after_commit", "POST /connect/token")
    with pytest.raises(httpx.RemoteProtocolError):
        refreshed(books, books.tokens["refresh_token"])
    assert refreshed(books, books.tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert works(books, books.tokens)


def test_an_access_token_lives_an_hour_and_a_refresh_token_as_long_as_it_is_said_to() -> None:
    books = EAccountingCompany(refresh_seconds=7200)
    books.turn(seconds=3599)
    assert works(books, books.tokens)
    books.turn(seconds=1)
    assert books.refusal("GET", "customers") == (401, 4005)
    renewed = refreshed(books, books.tokens["refresh_token"]).json()
    assert works(books, renewed)
    books.turn(seconds=7200)
    assert refreshed(books, renewed["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_changed_password_voids_the_refresh_tokens_of_that_person_only(books: EAccountingCompany) -> None:
    other = books.vendor.connect(person=BOOKKEEPER)
    books.control("password", person=PERSON)
    assert refreshed(books, books.tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert works(books, books.tokens)
    assert refreshed(books, other["refresh_token"]).status_code == 200


def test_a_revoked_refresh_token_is_refused_and_an_unknown_one_is_no_fault(books: EAccountingCompany) -> None:
    auth = (CREDENTIALS.client_id, CREDENTIALS.client_secret)
    fields = {"token": books.tokens["refresh_token"], "token_type_hint": "refresh_token"}
    assert books.http.post("/connect/revocation", data=fields, auth=auth).status_code == 200
    assert refreshed(books, fields["token"]).json() == {"error": "invalid_grant"}
    assert books.http.post("/connect/revocation", data={"token": "x"}, auth=auth).status_code == 200
    assert books.http.post("/connect/revocation", data=fields).status_code == 401


def test_without_offline_access_there_is_no_refresh_token(books: EAccountingCompany) -> None:
    tokens = exchanged(books, allow(books, scope="ea:api ea:sales")["code"]).json()
    assert "refresh_token" not in tokens


def test_tokens_of_a_company_can_be_withdrawn() -> None:
    books = EAccountingCompany(companies=2)
    other = EAccountingCompany(1, house=books)
    books.control("withdraw")
    assert books.refusal("GET", "customers") == (401, 4005)
    assert refreshed(books, books.tokens["refresh_token"]).status_code == 400
    assert other.call("GET", "customers").status_code == 200
