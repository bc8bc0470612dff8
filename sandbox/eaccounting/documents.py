"""The objects that money is in: drafts, invoices, ledger items, payments, vouchers, years, accounts, VAT codes.

Visma eAccounting API v2, field descriptions of 2024-05. Two figures are as that text has them and not as one would
guess: `VATAmountInvoiceCurrency` of ledger items, and references of 100 characters on drafts as on invoices.
"""

from __future__ import annotations

from sandbox.eaccounting.fields import Kind, amounts, model, some, texts
from sandbox.eaccounting.models import ANY, DAY, FLAG, ID, STAMP, WHOLE

COST_CENTRES = ("CostCenterItemId1", "CostCenterItemId2", "CostCenterItemId3")
DIMENSIONS = some(Kind.ID, *COST_CENTRES, "ProjectId")

DRAFT_ROW = model(
    "CustomerInvoiceDraftRow",
    ID,
    some(WHOLE, "LineNumber"),
    some(Kind.ID, "ArticleId"),
    texts(ArticleNumber=0),
    some(FLAG, "IsTextRow", "IsServiceArticle"),
    texts(Text=2000),
    amounts("UnitPrice", "Quantity"),
    amounts("DiscountPercentage", decimals=4, between=(0, 1)),
    some(Kind.ID, "UnitId", "VatRateId"),
    texts(UnitName=0, UnitAbbreviation=0, UnitAbbreviationEnglish=0),
    some(FLAG, "ReversedConstructionServicesVatFree", "IsWorkCost"),
    some(WHOLE, "WorkCostType", "GreenTechnologyType"),
    amounts("WorkHours", "MaterialCosts"),
    DIMENSIONS,
    amounts("Amount"),
    required=("IsTextRow", "ReversedConstructionServicesVatFree"),
    settled=(
        *("Id", "ArticleNumber", "IsServiceArticle", "UnitName", "UnitAbbreviation", "UnitAbbreviationEnglish"),
        *("VatRateId", "Amount"),
    ),
)
_ADDRESSES = (
    *texts(InvoiceCustomerName=50, InvoiceAddress1=50, InvoiceAddress2=50, InvoicePostalCode=10, InvoiceCity=50),
    *texts(InvoiceCountryCode=2, DeliveryCustomerName=50, DeliveryAddress1=50, DeliveryAddress2=50),
    *texts(DeliveryPostalCode=10, DeliveryCity=50, DeliveryCountryCode=2),
)
ADDRESSES = tuple(one.name for one in _ADDRESSES)
_REFERENCES = texts(YourReference=100, OurReference=100, BuyersOrderReference=35, ElectronicReference=0)
_DELIVERY = texts(DeliveryMethodName=50, DeliveryMethodCode=20, DeliveryTermName=50, DeliveryTermCode=20)
_DAYS = some(DAY, "InvoiceDate", "DueDate", "DeliveryDate")
DRAFT = model(
    "CustomerInvoiceDraft",
    ID,
    some(Kind.ID, "CustomerId", "TermsOfPaymentId"),
    some(STAMP, "CreatedUtc"),
    some(FLAG, "IsCreditInvoice", "EuThirdParty", "CustomerIsPrivatePerson", "ReplaceUnitPriceWhenZero"),
    some(WHOLE, "RotReducedInvoicingType", "RotPropertyType"),
    texts(RotReducedInvoicingPropertyName=40, RotReducedInvoicingOrgNumber=11),
    amounts("RotReducedInvoicingAmount"),
    some(ANY, "Rows", "Persons"),
    _REFERENCES,
    _ADDRESSES,
    _DELIVERY,
    _DAYS,
    texts(InvoiceCurrencyCode=3, CustomerNumber=16, CustomerName=0),
    some(FLAG, "IncludesVat", "ReverseChargeOnConstructionServices"),
    amounts("TotalAmount", "TotalVatAmount", "TotalRoundings", "TotalAmountBaseCurrency", "TotalVatAmountBaseCurrency"),
    some(ANY, "SalesDocumentAttachments", "Notes", "MessageThreads"),
    required=("CustomerId", "RotReducedInvoicingType", "EuThirdParty"),
    settled=(
        *("Id", "CreatedUtc", "InvoiceCurrencyCode", "CustomerNumber", "CustomerName", "IncludesVat"),
        *("ReverseChargeOnConstructionServices", "TotalAmount", "TotalVatAmount", "TotalRoundings"),
        *("TotalAmountBaseCurrency", "TotalVatAmountBaseCurrency", "SalesDocumentAttachments"),
    ),
)
VALIDATION = model(
    "CustomerInvoiceDraftValidation",
    amounts("TotalAmountInvoiceCurrency", "TotalVatAmountInvoiceCurrency", "TotalRoundingsInvoiceCurrency"),
    some(ANY, "Rows"),
)
VALIDATION_ROW = model(
    "CustomerInvoiceDraftValidationRow",
    some(WHOLE, "LineNumber"),
    amounts("TotalAmountNoVatInvoiceCurrency", "TotalAmountIncVatInvoiceCurrency"),
    required=("LineNumber",),
)

INVOICE_ROW = model(
    "CustomerInvoiceRow",
    ID,
    texts(ArticleNumber=0),
    some(Kind.ID, "ArticleId"),
    some(FLAG, "IsServiceArticle"),
    amounts("AmountNoVat", "PercentVat"),
    some(WHOLE, "LineNumber"),
    some(FLAG, "IsTextRow"),
    texts(Text=2000),
    amounts("UnitPrice", "Quantity"),
    texts(UnitAbbreviation=0, UnitAbbreviationEnglish=0),
    amounts("DiscountPercentage", decimals=4, between=(0, 1)),
    some(FLAG, "IsWorkCost", "IsVatFree"),
    DIMENSIONS,
    some(Kind.ID, "UnitId"),
    some(WHOLE, "WorkCostType", "GreenTechnologyType"),
    amounts("WorkHours", "MaterialCosts"),
    settled=(
        *("Id", "ArticleNumber", "IsServiceArticle", "AmountNoVat", "PercentVat", "LineNumber", "IsTextRow"),
        *("UnitAbbreviation", "UnitAbbreviationEnglish", "IsWorkCost", "UnitId"),
    ),
)
_INVOICE_SETTLED = (
    *("Id", "CreatedByUserId", "InvoiceNumber", "CustomerNumber", "CustomerName", "CustomerEmail", "CurrencyCode"),
    *("TotalAmount", "TotalVatAmount", "TotalRoundings", "TotalAmountInvoiceCurrency", "TotalVatAmountInvoiceCurrency"),
    *("RemainingAmount", "RemainingAmountInvoiceCurrency", "VatSpecification", "VoucherNumber", "VoucherId"),
    *("CreatedUtc", "ModifiedUtc", "PaymentReferenceNumber", "PaymentDate", "PaymentStatus", "IsNotDelivered"),
    *("HasAutoInvoiceError", "PaymentReminderIssued", "CreditedBy", "ReferringInvoiceId", "IncludesVat"),
    *("ReverseChargeOnConstructionServices", "CustomerIsPrivatePerson", "IsSold", "SetOffAmountInvoiceCurrency"),
    *("FactoringInvoiceStatus", "PaymentRemindersCount", *ADDRESSES),
)
INVOICE = model(
    "CustomerInvoice",
    ID,
    some(FLAG, "EuThirdParty", "IsCreditInvoice"),
    texts(CurrencyCode=3),
    amounts("CurrencyRate", decimals=6),
    some(Kind.ID, "CreatedByUserId"),
    amounts("TotalAmount", "TotalVatAmount", "TotalRoundings"),
    amounts("TotalAmountInvoiceCurrency", "TotalVatAmountInvoiceCurrency", "SetOffAmountInvoiceCurrency"),
    some(Kind.ID, "CustomerId"),
    some(ANY, "Rows", "VatSpecification"),
    _DAYS,
    some(WHOLE, "RotReducedInvoicingType", "RotPropertyType"),
    texts(RotReducedInvoicingPropertyName=40, RotReducedInvoicingOrgNumber=11),
    some(ANY, "Persons"),
    _REFERENCES,
    _ADDRESSES,
    some(FLAG, "CustomerIsPrivatePerson", "IncludesVat", "ReverseChargeOnConstructionServices"),
    some(Kind.ID, "TermsOfPaymentId"),
    texts(CustomerEmail=0, CustomerNumber=0, CustomerName=0, PaymentReferenceNumber=0, VoucherNumber=0),
    some(WHOLE, "InvoiceNumber", "SendType", "PaymentStatus", "FactoringInvoiceStatus", "PaymentRemindersCount"),
    some(FLAG, "HasAutoInvoiceError", "IsNotDelivered", "PaymentReminderIssued", "IsSold"),
    amounts("RemainingAmount", "RemainingAmountInvoiceCurrency"),
    some(Kind.ID, "ReferringInvoiceId", "CreatedFromOrderId", "CreatedFromDraftId", "VoucherId"),
    some(STAMP, "CreatedUtc", "ModifiedUtc"),
    some(Kind.MIDNIGHT, "PaymentDate"),
    some(ANY, "CreditedBy", "Notes", "MessageThreads"),
    settled=_INVOICE_SETTLED,
)
PAYMENT = model(
    "InvoicePayment",
    some(Kind.ID, "CompanyBankAccountId"),
    some(DAY, "PaymentDate"),
    texts(Reference=100),
    amounts("PaymentAmount"),
    texts(PaymentCurrency=3),
    amounts("DomesticPaymentAmount", "FactoringFeeAmount"),
    amounts("BankFeeAmount", between=(0, 1_000_000_000)),
    some(WHOLE, "PaymentType", "FactoringFeeAccountNumber"),
    some(Kind.ID, "BankTransactionId"),
    required=("CompanyBankAccountId", "PaymentDate", "PaymentAmount", "PaymentCurrency", "PaymentType"),
)
MAIL = model("Email", texts(Email=0, Subject=0, Message=0), some(ANY, "CcRecipients"))

_LEDGER = (
    texts(CurrencyCode=3),
    amounts("CurrencyRate", decimals=6),
    some(WHOLE, "CurrencyRateUnit"),
    some(Kind.ID, "CustomerId"),
    some(DAY, "DueDate"),
    ID,
    some(DAY, "InvoiceDate"),
    some(WHOLE, "InvoiceNumber"),
    some(FLAG, "IsCreditInvoice"),
    texts(PaymentReferenceNumber=50),
    amounts("RemainingAmountInvoiceCurrency", between=(-1_000_000_000, 1_000_000_000)),
    amounts("RoundingsAmountInvoiceCurrency", between=(-1, 1)),
    amounts("TotalAmountInvoiceCurrency", "VATAmountInvoiceCurrency", between=(-1_000_000_000, 1_000_000_000)),
)
_LEDGER_REQUIRED = (
    *("CurrencyCode", "CustomerId", "DueDate", "InvoiceDate", "InvoiceNumber", "IsCreditInvoice"),
    *("RemainingAmountInvoiceCurrency", "RoundingsAmountInvoiceCurrency", "TotalAmountInvoiceCurrency"),
    "VATAmountInvoiceCurrency",
)
LEDGER_ITEM = model(
    "CustomerLedgerItem",
    *_LEDGER,
    some(Kind.ID, "VoucherId"),
    some(STAMP, "ModifiedUtc"),
    required=(*_LEDGER_REQUIRED, "VoucherId"),
    settled=("Id", "ModifiedUtc"),
)
LEDGER_ITEM_WITH_VOUCHER = model(
    "CustomerLedgerItemWithVoucher",
    *_LEDGER,
    some(ANY, "Voucher"),
    some(STAMP, "ModifiedUtc"),
    required=(*_LEDGER_REQUIRED, "Voucher"),
    settled=("Id", "ModifiedUtc"),
)

VOUCHER_ROW = model(
    "VoucherRow",
    some(WHOLE, "AccountNumber"),
    texts(AccountDescription=0),
    amounts("DebitAmount", "CreditAmount", between=(0, 1_000_000_000)),
    texts(TransactionText=60),
    DIMENSIONS,
    some(Kind.ID, "VatCodeId"),
    texts(VatCodeAndPercent=0),
    amounts("VatAmount", "Quantity", "Weight"),
    some(DAY, "DeliveryDate"),
    some(WHOLE, "HarvestYear"),
    required=("AccountNumber",),
    settled=("AccountDescription", "VatCodeAndPercent"),
)
VOUCHER = model(
    "Voucher",
    ID,
    some(DAY, "VoucherDate"),
    texts(VoucherText=1000),
    some(ANY, "Rows"),
    texts(NumberAndNumberSeries=0, NumberSeries=0),
    some(ANY, "Attachments"),
    some(WHOLE, "VoucherType"),
    some(Kind.ID, "SourceId"),
    some(STAMP, "CreatedUtc", "ModifiedUtc"),
    required=("VoucherDate", "VoucherText", "Rows"),
    settled=("Id", "NumberAndNumberSeries", "VoucherType", "SourceId", "CreatedUtc", "ModifiedUtc"),
)
VOUCHER_DRAFT_ROW = model(
    "VoucherDraftRow",
    some(WHOLE, "AccountNumber"),
    amounts("DebitAmount", "CreditAmount"),
    some(Kind.ID, "VatCodeId"),
    DIMENSIONS,
    texts(TransactionText=50),
    required=("AccountNumber",),
)
VOUCHER_DRAFT = model(
    "VoucherDraft",
    ID,
    some(DAY, "VoucherDate"),
    texts(VoucherText=1000, NumberSeries=0),
    some(STAMP, "CreatedUtc", "ModifiedUtc"),
    some(ANY, "Rows"),
    required=("VoucherDate",),
    settled=("Id", "CreatedUtc", "ModifiedUtc"),
)

YEAR = model(
    "FiscalYear",
    ID,
    some(DAY, "StartDate", "EndDate"),
    some(FLAG, "IsLockedForAccounting"),
    some(WHOLE, "BookkeepingMethod"),
    required=("StartDate", "EndDate"),
    settled=("Id", "IsLockedForAccounting", "BookkeepingMethod"),
)
YEAR_LOCK = model("FiscalYearUpdate", some(FLAG, "IsLockedForAccounting"), required=("IsLockedForAccounting",))
ACCOUNT = model(
    "Account",
    texts(Name=100, Number=0),
    some(Kind.ID, "VatCodeId"),
    texts(VatCodeDescription=0),
    some(Kind.ID, "FiscalYearId"),
    some(WHOLE, "Type"),
    texts(TypeDescription=0),
    some(FLAG, "IsActive", "IsProjectAllowed", "IsCostCenterAllowed", "IsBlockedForManualBooking"),
    some(STAMP, "ModifiedUtc", "CreatedUtc"),
    required=("Name", "Number", "FiscalYearId", "IsActive"),
    settled=("VatCodeDescription", "Type", "TypeDescription", "ModifiedUtc", "CreatedUtc"),
)
VAT_CODE = model(
    "VatCode",
    ID,
    texts(Code=0, Description=0),
    amounts("VatRate"),
    some(WHOLE, "OssCodeType"),
    some(ANY, "RelatedAccounts"),
)
VAT_CODE_RATES = model(
    "VatCodeRate",
    ID,
    texts(Code=0, Description=0),
    some(ANY, "VatRates"),
    some(WHOLE, "OssCodeType"),
    some(ANY, "RelatedAccounts"),
)
