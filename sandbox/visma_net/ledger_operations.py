"""The API's operations on the general ledger: journal transactions, accounts, subaccounts, periods, VAT."""

from __future__ import annotations

from sandbox.visma_net import document_shapes, journals, master_data, shapes
from sandbox.visma_net.formats import is_period, server_time
from sandbox.visma_net.house import (
    CREATE,
    UPDATE,
    House,
    Operation,
    changed,
    found,
    get,
    path_id,
    path_number,
    post,
    put,
    shown,
)
from sandbox.visma_net.listing import Query, page, page_of_lines, unsorted, whole
from sandbox.visma_net.records import Account, Batch, BatchLine, Segment, Subaccount
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call, Handler

DIMENSIONS = ("ACCGROUP", "ACCOUNT", "BIZACCT", "CUSTOMER", "EMPLOYEE", "INVENTORY", "PROJECT", "PROTASK", "SUBACCOUNT")
UNRELEASED = ("Hold", "Balanced")


class LedgerOperations:
    """Reads and writes of the general ledger."""

    def __init__(self, house: House) -> None:
        self.house = house

    def operations(self) -> list[Operation]:
        """All of them."""
        journal = "/v2/journaltransaction"
        release = Operation(
            # which right an action needs is not known: either will do
            "POST",
            f"{journal}/{{journalTransactionNumber}}/action/release",
            self.release_batch,
            (CREATE, UPDATE),
        )
        return [
            get(journal, self.list_batches),
            post(journal, self.create_batch),
            get(f"{journal}/{{journalTransactionNumber}}", self.show_batch),
            put(f"{journal}/{{journalTransactionNumber}}", self.change_batch),
            release,
            get("/v1/account", self.list_accounts),
            get("/v1/account/{accountCd}", self.show_account),
            put("/v1/account/{accountCd}", self.change_account),
            get("/v1/subaccount", self.list_subaccounts),
            post("/v1/subaccount", self.create_subaccount),
            get("/v1/subaccount/{subAccountNumber}", self.show_subaccount),
            put("/v1/subaccount/{subAccountNumber}", self.change_subaccount),
            get("/v1/dimension", lambda _: Answer(200, list(DIMENSIONS))),
            get("/v1/dimension/{dimensionId}", self.show_dimension),
            get("/v1/dimension/{dimensionId}/{segmentId}", self.show_segment),
            put("/v1/dimension/{dimensionId}/{segmentId}", self.change_segment),
            get("/v1/financialPeriod", self.list_periods),
            get("/v1/financialPeriod/{financialPeriodId}", self.show_period),
            *self._vat("vat", "vatId"),
            *self._vat("vatCategory", "vatCategoryId"),
            *self._vat("vatZone", "id"),
        ]

    # Journal transactions

    def list_batches(self, call: Call) -> Answer:
        """The batches of a period, or changed since a time; a page counts lines."""
        query, company = Query(call), self.house.company
        period, since = query.text("periodId"), query.moment("lastModifiedDateTime")
        if period is None and since is None:
            raise bad("periodId is mandatory when lastModifiedDateTime is not provided.")
        if period is not None and not is_period(period):
            raise bad(f"The value '{period}' is not valid for periodId.")
        module = (query.text("module") or "").casefold()
        batches = [
            row
            for row in company.batches
            if (period is None or row.period == period)
            and (since is None or server_time(row.changed_at) >= since)
            and (not module or row.module.casefold() == f"module{module}")
            and _has_status(query, row)
            and query.matches("branch", row.branch)
        ]
        batches = unsorted(batches, lambda row: row.number)

        def shape(row: Batch, lines: list[BatchLine]) -> shapes.Json:
            return document_shapes.batch(company, row, lines)

        return Answer(200, page_of_lines(query, batches, shape, self.house.settings.max_page_size))

    def show_batch(self, call: Call) -> Answer:
        """One batch with all its lines."""
        row = self._batch(call)
        return shown(document_shapes.batch(self.house.company, row), row)

    def create_batch(self, call: Call) -> Answer:
        """Makes a batch; the same call twice makes two."""
        row = journals.create(self.house.company, call.json())
        return self.house.created(call, "/v2/journaltransaction", row.number, row)

    def change_batch(self, call: Call) -> Answer:
        """Changes a batch that is not released."""
        row, body = self._batch(call), call.json()
        return changed(call, row, lambda: journals.update(self.house.company, row, body))

    def release_batch(self, call: Call) -> Answer:
        """Releases a batch; the answer is 200 also when it failed."""
        row, company = self._batch(call), self.house.company
        outcome: list[str | None] = []
        version = changed(call, row, lambda: outcome.append(journals.release(company, row)))
        body = {
            "actionId": company.public_id("action", str(company.next_number("action"))),
            "actionResult": "Failed" if outcome[0] else "Done",
            "errorInfo": outcome[0],
        }
        return Answer(200, body, version.headers)

    def _batch(self, call: Call) -> Batch:
        number = path_id(call, "journalTransactionNumber")
        return found(self.house.company.batches.get(number), "Journal transaction", number)

    # Accounts, subaccounts, segments

    def list_accounts(self, call: Call) -> Answer:
        """All accounts; this list has no pages."""
        query, company = Query(call), self.house.company
        rows = [
            row
            for row in query.changed(company.accounts)
            if query.agrees("active", row.active)
            and query.matches("publicCode", row.public_code)
            and query.matches("externalCode1", row.external_code)
        ]
        rows = unsorted(rows, lambda row: row.number)
        shaped = whole(rows, lambda row: shapes.account(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def show_account(self, call: Call) -> Answer:
        """One account."""
        row = self._account(call)
        return shown(shapes.account(self.house.company, row), row)

    def change_account(self, call: Call) -> Answer:
        """Changes an account."""
        row, body = self._account(call), call.json()
        return changed(call, row, lambda: master_data.update_account(self.house.company, row, body))

    def _account(self, call: Call) -> Account:
        number = path_id(call, "accountCd")
        return found(self.house.company.accounts.get(number), "Account", number)

    def list_subaccounts(self, call: Call) -> Answer:
        """The subaccounts."""
        query, company = Query(call), self.house.company
        rows = [row for row in query.changed(company.subaccounts) if query.agrees("active", row.active)]
        rows = unsorted(rows, lambda row: row.number)
        shaped = page(query, rows, lambda row: shapes.subaccount(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def show_subaccount(self, call: Call) -> Answer:
        """One subaccount."""
        row = self._subaccount(call)
        return shown(shapes.subaccount(self.house.company, row), row)

    def create_subaccount(self, call: Call) -> Answer:
        """Makes a combination of segment values."""
        row = master_data.create_subaccount(self.house.company, call.json())
        return self.house.created(call, "/v1/subaccount", row.number, row)

    def change_subaccount(self, call: Call) -> Answer:
        """Changes a subaccount."""
        row, body = self._subaccount(call), call.json()
        return changed(call, row, lambda: master_data.update_subaccount(self.house.company, row, body))

    def _subaccount(self, call: Call) -> Subaccount:
        number = path_id(call, "subAccountNumber")
        return found(self.house.company.subaccounts.get(number), "Subaccount", number)

    def show_dimension(self, call: Call) -> Answer:
        """A segmented key; only SUBACCOUNT has segments worth reading here."""
        name, company = path_id(call, "dimensionId").upper(), self.house.company
        if name not in DIMENSIONS:
            found(None, "Dimension", name)
        segments = [shapes.segment(company, row) for row in company.segments if name == "SUBACCOUNT"]
        if Query(call).flag("expandSegmentsValues") is False:
            segments = [{**row, "segmentValues": None} for row in segments]
        length = sum(row.length for row in company.segments) if segments else 10
        return shown({"id": name, "length": length, "description": name.title(), "segments": segments})

    def show_segment(self, call: Call) -> Answer:
        """One segment with its values."""
        row = self._segment(call)
        return shown(shapes.segment(self.house.company, row), row)

    def change_segment(self, call: Call) -> Answer:
        """Adds or changes values of a segment."""
        row, body = self._segment(call), call.json()
        return changed(call, row, lambda: master_data.update_segment(self.house.company, row, body))

    def _segment(self, call: Call) -> Segment:
        number = path_number(call, "segmentId")
        is_ours = path_id(call, "dimensionId").upper() == "SUBACCOUNT"
        return found(self.house.company.segments.get(number) if is_ours else None, "Segment", number)

    # Periods and VAT

    def list_periods(self, call: Call) -> Answer:
        """All financial periods, without paging data."""
        company = self.house.company
        after = Query(call).text("greaterThanValue") or ""
        rows = unsorted((row for row in company.periods if row.period > after), lambda row: row.period)
        return Answer(200, [shapes.period(company, row) for row in rows])

    def show_period(self, call: Call) -> Answer:
        """One financial period, by YYYYPP."""
        period = path_id(call, "financialPeriodId")
        row = found(self.house.company.periods.get(period), "Financial period", period)
        return shown(shapes.period(self.house.company, row))

    def _vat(self, resource: str, key: str) -> list[Operation]:
        def show_all(_: Call) -> Answer:
            return Answer(200, self.house.company.vat.get(resource, []))

        def show_one(call: Call) -> Answer:
            wanted = path_id(call, key)
            rows = self.house.company.vat.get(resource, [])
            return shown(found(next((row for row in rows if row[key] == wanted), None), resource, wanted))

        one: Handler = show_one
        return [get(f"/v1/{resource}", show_all), get(f"/v1/{resource}/{{{key}}}", one)]


def _has_status(query: Query, row: Batch) -> bool:
    wanted = query.text("status")
    if wanted is not None and wanted.casefold() == "unreleased":
        return row.status in UNRELEASED
    return query.matches("status", row.status)
