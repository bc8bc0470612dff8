"""The tables that are offered, with the columns and relations whose GraphQL names are documented or were seen in use.

Business NXT API documentation and public clients; what is only expected is added from `sandbox.business_nxt.assumed`.
Dimensions 1 to 6 have integer numbers, 7 to 12 texts of ten characters; on other tables their columns are called
orgUnit1 to orgUnit12, without "No".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.business_nxt import assumed
from sandbox.business_nxt.columns import Column, Relation, Table, columns, dimensions, stamps

CUSTOMER = (("customerNo", "customerNo"),)
_AS_CUSTOMER = Relation("joinup_Associate_via_Customer", "associate", CUSTOMER)
ORG_UNITS = tuple(f"orgUnit{number}" for number in range(1, 13))
TEXT_UNITS = ORG_UNITS[6:]


def _table(
    name: str,
    documented: Sequence[Column] = (),
    *relations: Relation,
    key: tuple[str, ...] | None = None,
    children: Mapping[str, str] | None = None,
) -> Table:
    all_columns = [*documented, *assumed.COLUMNS.get(name, ()), *stamps()]
    return Table(
        name,
        key or assumed.KEYS[name],
        {column.name: column for column in all_columns},
        relations,
        dict(children or {}),
        name in assumed.READ_ONLY,
    )


def _associate() -> Table:
    return _table(
        "associate",
        [
            *columns(
                ints="associateNo customerNo supplierNo creditDenied",
                texts="name shortName companyNo addressLine1..2(60) postCode postalArea phone mobilePhone emailAddress "
                "accountingCost(250)",
            ),
            *dimensions(),
        ],
        Relation("joinup_Country", "country", (("countryNo", "countryNo"),)),
        key=("associateNo",),
    )


def _dimension(name: str) -> Table:
    number = f"{name}No"
    own = columns(texts=f"{number}(10) name") if name in TEXT_UNITS else columns(ints=number, texts="name")
    return _table(name, own, key=(number,))


def _order() -> Table:
    return _table(
        "order",
        [
            *columns(
                ints="orderNo transactionType orderType customerNo supplierNo employeeNo orderPreferences orderStatus1",
                days="orderDate finishDate dueDate invoiceDate settlementDate",
                texts="name invoiceReference(20)",
                decimals="orderSumNetDomestic invoicedAmountTotalDomestic incurredCostTotalDomestic "
                "grossProfitTotalDomestic totalDiscountAmountInCurrency",
            ),
            *dimensions(),
        ],
        Relation("joindown_OrderLine_via_Order", "orderLine", (("orderNo", "orderNo"),), many=True),
        _AS_CUSTOMER,
        key=("orderNo",),
        children={"orderLines": "orderLine"},
    )


def _order_line() -> Table:
    return _table(
        "orderLine",
        [
            *columns(
                ints="orderNo lineNo",
                days="finishDate",
                texts="productNo description invoiceNo(20) transactionInformation1",
                decimals="quantity priceInCurrency amountDomestic totalQuantity finished unrealisedQuantity",
            ),
            *dimensions(),
        ],
        Relation("joinup_Order", "order", (("orderNo", "orderNo"),)),
        Relation("joinup_Product", "product", (("productNo", "productNo"),)),
        Relation("joinup_Unit", "unit", (("unitNo", "unitNo"),)),
        key=("orderNo", "lineNo"),
    )


def _customer_transaction() -> Table:
    own = columns(
        ints="customerNo orderNo paidStatus noOfRemindersSent",
        days="voucherDate dueDate paidLast lastReminderDate",
        texts="invoiceNo(20) debtCollectionStatus",
        decimals="amountDomestic outstandingAmountDomestic creditedAmountDomestic",
    )
    return _table("customerTransaction", own, _AS_CUSTOMER)


def _open_customer_entry() -> Table:
    own = columns(
        ints="voucherJournalNo auditNo customerNo debtCollectionCaseNo currencyNo",
        days="dueDate",
        texts="invoiceNo(20) crossReference(20)",
        decimals="outstandingAmountDomestic",
    )
    return _table("openCustomerEntry", own, _AS_CUSTOMER, key=("voucherJournalNo", "auditNo"))


def _ledger() -> list[Table]:
    posted = columns(shorts="year period", ints="accountNo customerNo", decimals="postedAmountDomestic")
    account = columns(ints="accountNo accountGroup profitAndLossAccount taxCode currencyNo", texts="name")
    return [
        _table("generalLedgerTransaction", [*posted, *dimensions()]),
        _table("generalLedgerAccount", [*account, *dimensions()], key=("accountNo",)),
        _table("supplierTransaction", dimensions()),
    ]


def _small() -> list[Table]:
    series = columns(ints="voucherSeriesNo lastVoucherNo nextVoucherNo", texts="name")
    return [
        _table("companyInformation", columns(texts="companyNo orgUnit1..12Name")),
        _table("taxCode", columns(ints="taxCode", texts="description"), key=("taxCode",)),
        _table("voucherSeries", series, key=("voucherSeriesNo",)),
        _table("unit", columns(texts="description")),
        _table("country", columns(texts="name")),
        *(_table(name) for name in ("currency", "paymentTerms", "taxAndAccountingGroup")),
    ]


def _product() -> Table:
    own = columns(
        ints="taxAndAccountingGroup",
        texts="productNo description information1..3 eanItemNo webPage",
        decimals="priceQuantity quantityPerUnit",
    )
    return _table("product", own, key=("productNo",))


_ALL = (
    _associate(),
    _table("deliveryAddress"),
    *(_dimension(name) for name in ORG_UNITS),
    _product(),
    _table("productCategory"),
    _order(),
    _order_line(),
    *(_table(f"freeInformation{number}") for number in (1, 2, 3)),
    _customer_transaction(),
    _open_customer_entry(),
    *_ledger(),
    *_small(),
)
TABLES: Mapping[str, Table] = {table.name: table for table in _ALL}
