"""Reading from the Moment stand-in: pages, filters, order and includes."""

from __future__ import annotations

import pytest

from sandbox.moment import CREDENTIALS
from sandbox.wire import from_json
from tests.contract.moment_company import MomentCompany


@pytest.fixture(scope="module")
def moment() -> MomentCompany:
    """The default company; only read."""
    return MomentCompany()


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


# pages and rows


def test_the_first_page_is_page_0(moment: MomentCompany) -> None:
    total = len(moment.rows("invoices"))
    first, last = moment.get("invoices", size=10, page=0), moment.get("invoices", size=10, page=1)
    assert first["page"] == {"number": 0, "size": 10, "totalElements": total, "totalPages": 2}
    assert last["page"]["number"] == 1
    assert ids(first["content"] + last["content"]) == ids(moment.rows("invoices"))
    assert moment.get("invoices", size=10, page=2)["content"] == []


def test_pages_have_50_rows_unless_asked_and_never_more_than_500(moment: MomentCompany) -> None:
    assert moment.get("customers")["page"]["size"] == 50
    assert moment.get("customers", size=9999)["page"]["size"] == 500
    assert moment.get("customers", noLimit="true", size=2)["page"]["size"] == 2


def test_a_list_can_come_as_a_bare_array() -> None:
    bare = MomentCompany(bare_lists=True)
    rows = bare.get("customers", size=3, page=1)
    assert [row["customerNumber"] for row in rows] == ["10004", "10005", "10006"]


def test_rows_carry_the_company_a_version_and_a_link_to_themselves(moment: MomentCompany) -> None:
    row = moment.rows("customers")[0]
    own = f"https://moment.example.test/api/1.0/companies/{CREDENTIALS.company}/customers/{row['id']}"
    assert row["links"] == [{"rel": "self", "href": own}]
    assert (row["version"], row["companyId"]) == (None, moment.rows("projects")[0]["companyId"])
    assert row["lastModifiedDate"].endswith("Z")


@pytest.mark.parametrize("query", [{"page": "-1"}, {"size": "0"}, {"size": "many"}, {"sort": "shoeSize"}])
def test_a_page_that_cannot_be_is_refused(moment: MomentCompany, query: dict[str, str]) -> None:
    assert moment.refusal("GET", "customers", **query)[0] == 400


# order and filters


def test_rows_come_in_the_order_asked_for(moment: MomentCompany) -> None:
    rows = moment.rows("customers")
    assert ids(rows) == sorted(ids(rows), key=str)
    assert ids(moment.rows("customers", sort="id,desc")) == ids(rows)[::-1]
    numbers = [row["projectNumber"] for row in moment.rows("projects", sort="projectNumber")]
    assert numbers == [None, "1", "2", "3", "4", "5", "6", "8", "P-77"]
    assert moment.refusal("GET", "customers", sort="id,sideways")[0] == 400


def test_free_text_and_ids_choose_rows(moment: MomentCompany) -> None:
    assert [row["customerNumber"] for row in moment.rows("customers", query="KLINIK")] == ["10003"]
    first, second, *_ = ids(moment.rows("customers"))
    assert ids(moment.rows("customers", id=first)) == [first]
    repeated = moment.http.get(f"/api/1.0/companies/klitrose/customers?ids={first}&ids={second}")
    assert ids(from_json(repeated.content)["content"]) == [first, second]
    assert moment.refusal("GET", "customers", ids="first")[0] == 400


def test_ids_numbers_and_states_are_filters_and_unknown_ones_are_passed_over(moment: MomentCompany) -> None:
    project = moment.rows("projects", projectNumber="P-77")[0]
    assert [row["projectName"] for row in moment.rows("invoices", projectId=project["id"])] == [project["name"]]
    assert {row["invoiceState"] for row in moment.rows("invoices", invoiceState="draft")} == {"draft"}
    closed = moment.rows("projectExtensions", projectId=project["id"], projectExtensionState="closed")
    assert [row["name"] for row in closed] == ["Tilbud"]
    everybody = moment.rows("userAccounts")
    assert moment.rows("userAccounts", email="ditte@klitrose.example.test") == everybody


def test_rows_changed_since_an_instant_include_those_of_that_very_second() -> None:
    moment = MomentCompany()
    (customer,) = moment.rows("customers", customerNumber="10002")
    moment.put(f"customers/{customer['id']}", {"city": "Svendborg"})
    for since, found in (("2026-11-05T12:00:00Z", 1), ("2026-11-05T13:00:00+01:00", 1), ("2026-11-05T12:00:01Z", 0)):
        assert len(moment.rows("customers", lastModifiedDateFrom=since)) == found
    assert len(moment.rows("customers", lastModifiedDateTo="2026-11-05T11:59:59Z")) == 7
    assert len(moment.rows("customers", createdDateFrom="2026-11-01T00:00:00Z")) == 0
    assert moment.refusal("GET", "customers", lastModifiedDateFrom="yesterday")[0] == 400
    assert moment.refusal("GET", "customers", lastModifiedDateFrom="2026-11-05T12:00:00")[0] == 400


def test_rows_outside_the_asked_dates_can_come_back() -> None:
    query = {"fromDate": "2026-10-02", "toDate": "2026-10-03"}
    exact, loose = MomentCompany(), MomentCompany(days_outside=1)
    days = [row["timeRecordDate"] for row in exact.rows("timeRecords", **query)]
    assert days == ["2026-10-02", "2026-10-03"]
    days = [row["timeRecordDate"] for row in loose.rows("timeRecords", **query)]
    assert days == ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"]
    since = "2026-10-27T00:00:00Z"
    assert len(loose.rows("invoices", lastModifiedDateFrom=since)) > len(
        exact.rows("invoices", lastModifiedDateFrom=since)
    )


# includes


def test_an_include_gives_the_id_and_what_was_named(moment: MomentCompany) -> None:
    rows = moment.rows("invoices/include/invoiceNumber+customer.name+project.projectNumber")
    assert set(rows[0]) == {"id", "invoiceNumber", "customerName", "projectProjectNumber"}
    assert rows[0]["customerName"] == "Solbær Bryghus A/S"
    one = moment.get(f"invoices/{rows[0]['id']}/include/currencyCode")
    assert one == {"id": rows[0]["id"], "currencyCode": "DKK"}


def test_base_with_a_field_gives_what_base_alone_leaves_out(moment: MomentCompany) -> None:
    assert "email" not in moment.rows("userAccounts")[0]
    assert "email" not in moment.rows("userAccounts/include/base")[0]
    row = moment.rows("userAccounts/include/base+email")[0]
    assert (row["email"], row["name"]) == ("ditte@klitrose.example.test", "Ditte Havsteen")


def test_time_records_have_no_base_and_bring_their_names_without_it(moment: MomentCompany) -> None:
    status, text = moment.refusal("GET", "timeRecords/include/base+projectName")
    assert (status, text) == (400, "Part base is not supported for timeRecords.")
    row = moment.rows("timeRecords")[0]
    assert (row["projectName"], row["projectExtensionName"], row["taskName"]) == (
        "Nyt bryggeri: energiplan",
        "Rådgivning",
        None,
    )


@pytest.mark.parametrize("part", ["shoeSize", "customer.shoeSize", "nobody.name"])
def test_an_unknown_include_is_refused(moment: MomentCompany, part: str) -> None:
    assert moment.refusal("GET", f"invoices/include/{part}") == (400, f"Unknown include: {part}")


def test_writes_take_includes_too() -> None:
    moment = MomentCompany()
    made = moment.post("customers/include/name", {"name": "Lille Ø ApS"})
    assert set(made) == {"id", "name"}
    assert moment.put(f"customers/{made['id']}/include/city", {"city": "Thurø"}) == {"id": made["id"], "city": "Thurø"}
    assert moment.refusal("POST", "customers/include/shoeSize", {"name": "Aldrig Gemt ApS"})[0] == 400
    assert moment.rows("customers", query="Aldrig") == []
