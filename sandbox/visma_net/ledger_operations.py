"""The API's operations on the general ledger: journal transactions, accounts, subaccounts, periods, VAT."""

from __future__ import annotations

from sandbox.visma_net import document_shapes, journals, master_data, shapes
from sandbox.visma_net.formats import is_period, server_time
from sandbox.visma_net.house import CREATE, UPDATE, House, Operation, changed, found, get, path_id, path_number, shown
from sandbox.visma_net.listing import Query, bare_whole, page_of_lines, unsorted, whole
from sandbox.visma_net.records import Account, Batch, BatchLine, Period, Segment, Subaccount
from sandbox.visma_net.resource import Resource
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call, Handler

DIMENSIONS = ("ACCGROUP", "ACCOUNT", "BIZACCT", "CUSTOMER", "EMPLOYEE", "INVENTORY", "PROJECT", "PROTASK", "SUBACCOUNT")
UNRELEASED = ("Hold", "Balanced")


class LedgerOperations:
    """Reads and writes of the general ledger."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.batches = Resource[Batch](
            house, "Journal transaction", lambda company: company.batches, lambda row: row.number, document_shapes.batch
        )
        self.accounts = Resource[Account](
            house, "Account", lambda company: company.accounts, lambda row: row.number, shapes.account, cut=whole
        )
        self.subaccounts = Resource[Subaccount](
            house, "Subaccount", lambda company: company.subaccounts, lambda row: row.number, shapes.subaccount
        )
        self.segments = Resource[Segment](
            house, "Segment", lambda company: company.segments, lambda row: str(row.segment_id), shapes.segment
        )
        self.periods = Resource[Period](
            house,
            "Financial period",
            lambda company: company.periods,
            lambda row: row.period,
            shapes.period,
            cut=bare_whole,
            has_etag=False,
        )

    def operations(self) -> list[Operation]:
        """All of them."""
        batches, accounts, subaccounts, segments = self.batches, self.accounts, self.subaccounts, self.segments
        journal = "/v2/journaltransaction"
        batch = batches.by_id("journalTransactionNumber")
        account, subaccount = accounts.by_id("accountCd"), subaccounts.by_id("subAccountNumber")
        period = self.periods.by_id("financialPeriodId")
        release = Operation(
            # which right an action needs is not known: either will do
            "POST",
            f"{journal}/{{journalTransactionNumber}}/action/release",
            lambda call: self._release_batch(call, batch(call)),
            (CREATE, UPDATE),
        )
        return [
            get(journal, self.list_batches),
            batches.post(journal, journals.create),  # the same call twice makes two
            batches.get_one(f"{journal}/{{journalTransactionNumber}}", batch),
            batches.put(f"{journal}/{{journalTransactionNumber}}", batch, journals.update),
            release,
            accounts.get_all("/v1/account", _is_account_wanted),
            accounts.get_one("/v1/account/{accountCd}", account),
            accounts.put("/v1/account/{accountCd}", account, master_data.update_account),
            subaccounts.get_all("/v1/subaccount", lambda query, row: query.agrees("active", row.active)),
            subaccounts.post("/v1/subaccount", master_data.create_subaccount),
            subaccounts.get_one("/v1/subaccount/{subAccountNumber}", subaccount),
            subaccounts.put("/v1/subaccount/{subAccountNumber}", subaccount, master_data.update_subaccount),
            get("/v1/dimension", lambda _: Answer(200, list(DIMENSIONS))),
            get("/v1/dimension/{dimensionId}", self.show_dimension),
            segments.get_one("/v1/dimension/{dimensionId}/{segmentId}", self._segment),
            segments.put("/v1/dimension/{dimensionId}/{segmentId}", self._segment, master_data.update_segment),
            get("/v1/financialPeriod", self.list_periods),
            self.periods.get_one("/v1/financialPeriod/{financialPeriodId}", period),
            *self._vat("vat", "vatId"),
            *self._vat("vatCategory", "vatCategoryId"),
            *self._vat("vatZone", "id"),
        ]

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

    def _release_batch(self, call: Call, row: Batch) -> Answer:
        """Releases a batch; the answer is 200 also when it failed."""
        company = self.house.company
        outcome: list[str | None] = []
        version = changed(call, row, lambda: outcome.append(journals.release(company, row)))
        body = {
            "actionId": company.public_id("action", str(company.next_number("action"))),
            "actionResult": "Failed" if outcome[0] else "Done",
            "errorInfo": outcome[0],
        }
        return Answer(200, body, version.headers)

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

    def _segment(self, call: Call) -> Segment:
        number = path_number(call, "segmentId")
        is_ours = path_id(call, "dimensionId").upper() == "SUBACCOUNT"
        return found(self.house.company.segments.get(number) if is_ours else None, "Segment", number)

    def list_periods(self, call: Call) -> Answer:
        """All financial periods, without paging data."""
        query = Query(call)
        after = query.text("greaterThanValue") or ""
        return self.periods.listed(query, (row for row in self.house.company.periods if row.period > after))

    def _vat(self, resource: str, key: str) -> list[Operation]:
        def show_all(_: Call) -> Answer:
            return Answer(200, self.house.company.vat.get(resource, []))

        def show_one(call: Call) -> Answer:
            wanted = path_id(call, key)
            rows = self.house.company.vat.get(resource, [])
            return shown(found(next((row for row in rows if row[key] == wanted), None), resource, wanted))

        one: Handler = show_one
        return [get(f"/v1/{resource}", show_all), get(f"/v1/{resource}/{{{key}}}", one)]


def _is_account_wanted(query: Query, row: Account) -> bool:
    return (
        query.agrees("active", row.active)
        and query.matches("publicCode", row.public_code)
        and query.matches("externalCode1", row.external_code)
    )


def _has_status(query: Query, row: Batch) -> bool:
    wanted = query.text("status")
    if wanted is not None and wanted.casefold() == "unreleased":
        return row.status in UNRELEASED
    return query.matches("status", row.status)
