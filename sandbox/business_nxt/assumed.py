"""Everything about Business NXT that its public documentation leaves open and this stand-in had to decide.

ASSUMED throughout. Columns stand here when their name was seen in the older .NET model, in SQL or in a list of columns
only, never in a GraphQL query: the name expected is that of the model with a small first letter.
"""

from __future__ import annotations

from sandbox.business_nxt.columns import Column, columns, dimensions

_POSTED = columns(ints="voucherJournalNo auditNo voucherNo voucherType", texts="text(60)")
_FREE = [
    *columns(
        ints="pk informationCategoryNo freeInformationType1..3 orderNo orderLineNo associateNo employeeNo group1..12",
        days="date1..4",
        texts="productNo text1..6",
        decimals="value1..13",
    ),
    *dimensions(),
]
_DIMENSION_ROW = [*columns(ints="associateNo1..3 group1..12", texts="information1..3"), *dimensions()]

COLUMNS: dict[str, list[Column]] = {
    "associate": columns(
        ints="employeeNo countryNo languageNo currencyNo paymentTerms group1..12 invoiceCustomerNo invoiceCountryNo "
        "liaisonAssociateNo deliveryToAssociateNo",
        texts="addressLine3(60) information1..8 invoiceAddressLine1..4 invoicePostCode invoicePostalArea "
        "bankAccount postalGiro iban swiftCode bankNo",
    ),
    "deliveryAddress": columns(
        ints="deliveryAddressNo associateNo countryNo group1..3",
        texts="name addressLine1..3(60) postCode postalArea information1",
    ),
    **{f"orgUnit{number}": _DIMENSION_ROW for number in range(1, 13)},
    "product": columns(ints="productType1..4 productGroup group1..12 productCategoryNo1..3 stockSalesUnit"),
    "productCategory": columns(ints="productCategoryNo mainProductCategoryNo group1..3", texts="description"),
    "unit": columns(ints="unitNo"),
    "order": columns(
        ints="countryNo deliveryCountryNo currencyNo paymentTerms paymentMethod deliveryMethod sellerOrBuyer "
        "group1..12 warehouseNo",
        days="requiredDeliveryDate",
        texts="addressLine1..3(60) postCode postalArea deliveryName deliveryAddress1..3 deliveryPostCode "
        "deliveryPostalArea ourReference yourReference customerOrSupplierOrderNo information1..6 label memoFileName",
    ),
    "orderLine": columns(
        ints="currencyNo warehouseNo processingMethod2 unitNo",
        days="settlementDate",
        texts="transactionInformation2..4",
        decimals="discountPercent1 costPriceInCurrency",
    ),
    "freeInformation1": _FREE,
    "freeInformation2": [*_FREE, *columns(ints="freeInformation1")],
    "freeInformation3": _FREE,
    "customerTransaction": [*_POSTED, *columns(ints="currencyNo", texts="crossReference(20)"), *dimensions()],
    "openCustomerEntry": columns(ints="paidStatus orderNo", days="voucherDate", decimals="amountDomestic"),
    "supplierTransaction": [
        *_POSTED,
        *columns(
            ints="supplierNo orderNo currencyNo",
            days="voucherDate dueDate",
            texts="invoiceNo(20)",
            decimals="amountDomestic outstandingAmountDomestic",
        ),
    ],
    "generalLedgerTransaction": [
        *_POSTED,
        *columns(ints="supplierNo orderNo", days="voucherDate", texts="invoiceNo(20)"),
    ],
    "country": columns(ints="countryNo", texts="isoCode"),
    "currency": columns(ints="currencyNo", texts="name isoCode"),
    "paymentTerms": columns(ints="paymentTerms noOfDays", texts="description"),
    "taxAndAccountingGroup": columns(ints="taxAndAccountingGroup", texts="description"),
}

KEYS: dict[str, tuple[str, ...]] = {
    "deliveryAddress": ("deliveryAddressNo",),
    "productCategory": ("productCategoryNo",),
    "unit": ("unitNo",),
    "freeInformation1": ("pk",),
    "freeInformation2": ("pk",),
    "freeInformation3": ("pk",),
    "customerTransaction": ("voucherJournalNo", "auditNo"),
    "supplierTransaction": ("voucherJournalNo", "auditNo"),
    "generalLedgerTransaction": ("voucherJournalNo", "auditNo"),
    "companyInformation": ("companyNo",),
    "country": ("countryNo",),
    "currency": ("currencyNo",),
    "paymentTerms": ("paymentTerms",),
    "taxAndAccountingGroup": ("taxAndAccountingGroup",),
}

TABLE_NO = {"associate": 152}  # documented; the others are counted up from FIRST_TABLE_NO
FIRST_TABLE_NO = 900

READ_ONLY = (  # what only posting writes
    "customerTransaction",
    "openCustomerEntry",
    "supplierTransaction",
    "generalLedgerTransaction",
    "companyInformation",
)

# paging and filters: neither a default nor a maximum of a page is known, nor how case and null are met
PAGE_SIZE_MAX = 5_000  # more, or nothing said, is cut down to it; `hasNextPage` tells
SERVER_ZONE = "Europe/Oslo"  # whose local time stamps are in

# orders
CREDIT_NOTE_BIT = 2  # of orderPreferences; that there is one is documented, its number is not
FINISHED_BIT, INVOICED_BIT = 1, 2  # of orderStatus1
VAT_PERCENT, HOME_COUNTRY = 25, 47
PAYMENT_DAYS = 14
RECEIVABLES, PAYABLES, BANK, VAT_OUT, VAT_IN, REVENUE = 1500, 2400, 1920, 2700, 2710, 3000
CLOSED, OPEN, PARTLY, LATE = 0, 1, 2, 3  # paidStatus; 1 to 3 are documented as an open entry's settlement status

# errors: code and status_name of failures; only those of an unknown field and of concurrency were seen
NO_ACCESS = "COMPANY_ACCESS_DENIED"
READ_ONLY_SCOPE = "WRITE_ACCESS_DENIED"
TIMED_OUT = "EXECUTION_TIMEOUT"
BATCH_TOO_LARGE = "BATCH_LIMIT_EXCEEDED"
BAD_ARGUMENT = "BAD_ARGUMENT"
ASSIGNMENT_FAILED = "ASSIGNMENT_FAILED"
NOT_SAVED = "ROW_NOT_SAVED"
NOT_PROCESSED = "PROCESSING_FAILED"
WITHOUT_FILTER = "The update has no filter and touches all rows. This will become an error."
