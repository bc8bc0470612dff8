"""Whose invoices they are, and what of keys and tokens may be seen anywhere: nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox import economic, moment
from tests.customers import take_in
from tests.invoicers import Invoicer, fails, take_in_invoicer, works_again
from tests.system import LocalSystem


def test_no_other_tenant_sees_invoices_customers_or_problems(system: LocalSystem) -> None:
    klitrose, other = take_in_invoicer(system), take_in_invoicer(system, telling=False)
    invoice = klitrose.finalize("1")
    klitrose.finalize("P-77")
    (posting,) = [one for one in klitrose.postings() if one["invoice"]["number"] == invoice["invoiceNumber"]]
    place = f"/api/integrations/{klitrose.integration_id}"

    assert klitrose.request("GET", f"{place}/postings/{posting['key']}").status_code == 200
    for stranger in (other, take_in(system)):
        for path in (f"/records/invoices/{invoice['id']}", f"/postings/{posting['key']}"):
            assert stranger.request("GET", place + path).status_code == 404
    assert [other.records(flow=flow) for flow in ("invoices", "customers", "projects")] == [[], [], []]
    assert (other.postings(), other.codes()) == ([], [])


def test_one_tenants_address_moves_nothing_of_another_tenant(system: LocalSystem) -> None:
    klitrose, other = take_in_invoicer(system), take_in_invoicer(system, telling=False)
    token = klitrose.hooks["moment.invoices"].rpartition("/")[2]

    status = other.tell("moment.invoices", b'{"invoice": {"id": 1}}', token=token)
    klitrose.finalize("1")

    assert status == 404
    assert [len(one.records(flow="invoices")) for one in (klitrose, other)] == [1, 0]


def secrets_of(klitrose: Invoicer) -> Iterator[str]:
    yield klitrose.token
    yield moment.CREDENTIALS.api_key
    yield economic.CREDENTIALS.app_secret_token
    yield economic.CREDENTIALS.agreement_grant_token
    for address in klitrose.hooks.values():
        yield address.rpartition("/")[2]


def test_no_key_grant_or_hooks_token_gets_where_it_does_not_belong(klitrose: Invoicer) -> None:
    """M6.3, M6.4: also when vendors repeat them in their errors."""
    system = klitrose.system
    of_moment = {"message": f"not {moment.CREDENTIALS.api_key}"}
    of_economic = {"message": f"not {economic.CREDENTIALS.agreement_grant_token}"}
    klitrose.finalize("P-77")
    invoice = klitrose.finalize("1")
    for content in (klitrose.token.encode(), moment.CREDENTIALS.api_key.encode()):
        klitrose.tell("moment.customers", b"{", token=content.decode())
    fails(klitrose.economic, "PUT /customers/*", "status", status=400, body=of_economic)
    customer = klitrose.moment.row("customers", customerNumber="10001")
    klitrose.moment.save("customers", customer["id"], city="Nyborg")
    klitrose.rest()
    fails(klitrose.moment, "GET *", "status", status=401, body=of_moment, times=2)
    klitrose.failed_run()
    works_again(klitrose.moment)
    klitrose.economic.forget_calls()

    logs = "\n".join(system.log_lines())
    paths = ("/records", f"/records/invoices/{invoice['id']}", "/postings", "/problems", "/settings")
    shown = str([klitrose.api("GET", path) for path in paths])
    main, grants = system.stored(klitrose.tenant_id)
    assert klitrose.tenant_id in logs, "the search looks at the right place"
    assert str(invoice["invoiceNumber"]) in main, "and so does this one"
    for place, text in {"logs": logs, "answers": shown, "table": main, "grants": grants}.items():
        assert [secret[:8] for secret in secrets_of(klitrose) if secret in text] == [], place
