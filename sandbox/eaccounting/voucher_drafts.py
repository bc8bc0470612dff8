"""Drafts of vouchers: they can be changed and deleted, have no number, and need not balance before they are converted.

Visma eAccounting API v2, `/voucherdrafts`: texts of rows have 50 characters, amounts may be left out. ASSUMED: a
draft is checked against accounts and years when it is converted, and `amountIncludesVat` is kept for that.
"""

from __future__ import annotations

from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.documents import VOUCHER_DRAFT, VOUCHER_DRAFT_ROW
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.visits import ACCOUNTING, BOOKS_PLANS, Door, Visit, created, deleted, reading
from sandbox.eaccounting.vouchers import Switches, make, prepare
from sandbox.eaccounting.vouchers import shown as voucher_shown
from sandbox.wire import Answer

PATH = "/voucherdrafts"


def shown(row: Json) -> Json:
    """A draft as it is answered."""
    return written(VOUCHER_DRAFT, _with_rows(row))


def convert(company: Company, draft: Json) -> Json:
    """The voucher; the draft is gone. Ends the call with 400."""
    body = {**draft, "VoucherDate": draft["VoucherDate"].isoformat(), "VoucherText": draft.get("VoucherText")}
    switches = Switches(draft["IncludesVat"], default_vat_codes=False, default_series="NumberSeries" not in draft)
    voucher = make(company, prepare(company, body, switches))
    company.voucher_drafts.drop(draft["Id"])
    return voucher


def _read(visit: Visit) -> Json:
    values = read(VOUCHER_DRAFT, visit.body())
    rows = values.get("Rows", [])
    if not isinstance(rows, list):
        refuse("Rows must be a list.")
    values["Rows"] = [read(VOUCHER_DRAFT_ROW, row) for row in rows]
    for row in values["Rows"]:
        visit.company.check_dimensions(row)
    return {**values, "ModifiedUtc": visit.company.now()}


def _with_rows(row: Json) -> Json:
    return {**row, "Rows": [written(VOUCHER_DRAFT_ROW, one) for one in row["Rows"]]}


def _list(visit: Visit) -> Answer:
    return listed(visit, VOUCHER_DRAFT, [_with_rows(row) for row in visit.company.voucher_drafts.all()])


def _get(visit: Visit) -> Answer:
    return Answer(200, shown(visit.company.voucher_drafts.get(visit.id())))


def _post(visit: Visit) -> Answer:
    company = visit.company
    made = {"Id": company.new_id(), "CreatedUtc": company.now(), "IncludesVat": visit.switch("amountIncludesVat")}
    return created(visit, shown(company.voucher_drafts.put({**_read(visit), **made})))


def _put(visit: Visit) -> Answer:
    old = visit.company.voucher_drafts.get(visit.id())
    kept = {name: old[name] for name in ("Id", "CreatedUtc", "IncludesVat")}
    return Answer(200, shown(visit.company.voucher_drafts.put({**_read(visit), **kept})))


def _delete(visit: Visit) -> Answer:
    visit.company.voucher_drafts.drop(visit.company.voucher_drafts.get(visit.id())["Id"])
    return deleted(visit)


def _convert(visit: Visit) -> Answer:
    draft = visit.company.voucher_drafts.get(visit.id())
    return created(visit, voucher_shown(convert(visit.company, draft)))


DOORS = (
    Door("GET", PATH, _list, reading(ACCOUNTING), BOOKS_PLANS),
    Door("POST", PATH, _post, ACCOUNTING, BOOKS_PLANS),
    Door("GET", f"{PATH}/{{id}}", _get, reading(ACCOUNTING), BOOKS_PLANS),
    Door("PUT", f"{PATH}/{{id}}", _put, ACCOUNTING, BOOKS_PLANS),
    Door("DELETE", f"{PATH}/{{id}}", _delete, ACCOUNTING, BOOKS_PLANS),
    Door("POST", f"{PATH}/{{id}}/convert", _convert, ACCOUNTING, BOOKS_PLANS),
)
