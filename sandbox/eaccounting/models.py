"""The objects of master data and of set-up lists (Visma eAccounting API v2, field descriptions of 2024-05)."""

from __future__ import annotations

from sandbox.eaccounting.fields import Kind, Model, amounts, model, some, texts

ID = some(Kind.ID, "Id")
STAMP, DAY, FLAG, WHOLE, ANY = Kind.STAMP, Kind.DAY, Kind.FLAG, Kind.WHOLE, Kind.ANY

CUSTOMER = model(
    "Customer",
    ID,
    texts(CustomerNumber=16, Name=50, CorporateIdentityNumber=20, VatNumber=20, CurrencyCode=3),
    some(FLAG, "IsPrivatePerson", "IsActive"),
    some(Kind.ID, "TermsOfPaymentId"),
    texts(InvoiceAddress1=50, InvoiceAddress2=50, InvoicePostalCode=10, InvoiceCity=50, InvoiceCountryCode=2),
    texts(DeliveryCustomerName=100, DeliveryAddress1=50, DeliveryAddress2=50, DeliveryPostalCode=10),
    texts(DeliveryCity=50, DeliveryCountryCode=2),
    texts(EmailAddress=255, EmailAddressOrder=255, EmailAddressQuote=255, WwwAddress=255),
    texts(ContactPersonName=100, ContactPersonEmail=255, ContactPersonMobile=50, ContactPersonPhone=50),
    texts(Telephone=50, MobilePhone=50, Note=4000, SalesDocumentLanguage=2, GLN=255, EdiGlnNumber=0),
    texts(ElectronicAddress=0, ElectronicReference=0, EdiServiceDelivererId=0, Iban=0),
    amounts("DiscountPercentage", decimals=4, between=(0, 1)),
    some(FLAG, "ReverseChargeOnConstructionServices", "DeliveryBasedVat", "IsNorthernIreland", "ForceBookkeepVat"),
    some(FLAG, "IsFutureInvoiceDateAllowed"),
    some(WHOLE, "WebshopCustomerNumber"),
    some(Kind.ID, "DeliveryMethodId", "DeliveryTermId", "PayToAccountId", "SalesPriceListId", "DiscountAgreementId"),
    some(ANY, "EmailAddresses", "CustomerLabels", "Notes", "MessageThreads", "TermsOfPayment"),
    some(DAY, "LastInvoiceDate"),
    amounts("UnpaidInvoicesAmount"),
    some(STAMP, "ChangedUtc"),
    required=("Name", "IsPrivatePerson", "IsActive", "TermsOfPaymentId", "InvoicePostalCode", "InvoiceCity"),
    settled=("Id", "PayToAccountId", "TermsOfPayment", "LastInvoiceDate", "UnpaidInvoicesAmount", "ChangedUtc"),
)

ARTICLE = model(
    "Article",
    ID,
    some(FLAG, "IsActive"),
    texts(Number=40, Name=50, NameEnglish=50),
    amounts("NetPrice", "GrossPrice", between=(0, 10_000_000)),
    some(Kind.ID, "CodingId"),
    texts(CodingName=0),
    some(Kind.ID, "UnitId"),
    texts(UnitName=0, UnitAbbreviation=0),
    some(FLAG, "IsServiceArticle", "IsStock", "UsesMoss", "SendToWebshop"),
    amounts("StockBalance", "StockBalanceReserved", "StockBalanceAvailable", "PurchasePrice", "FreightCosts"),
    some(WHOLE, "HouseWorkType", "GreenTechnologyType"),
    some(ANY, "ArticleLabels", "Notes", "MessageThreads", "Barcodes"),
    some(STAMP, "CreatedUtc", "ChangedUtc"),
    required=("IsActive", "Number", "Name", "CodingId", "UnitId"),
    settled=("Id", "CodingName", "UnitName", "UnitAbbreviation", "IsServiceArticle", "CreatedUtc", "ChangedUtc"),
)

SALES_ACCOUNTS = (
    "DomesticSalesSubjectToVatAccountNumber",
    "DomesticSalesSubjectToReversedConstructionVatAccountNumber",
    "DomesticSalesVatExemptAccountNumber",
    "DomesticSalesVatCodeExemptAccountNumber",
    "ForeignSalesSubjectToVatWithinEuAccountNumber",
    "ForeignSalesVatExemptWithinEuAccountNumber",
    "ForeignSalesVatExemptOutsideEuAccountNumber",
    "ForeignSalesSubjectToThirdPartySalesAccountNumber",
    "ForeignSalesSubjectToMossAccountNumber",
)
CODING = model(
    "ArticleAccountCoding",
    ID,
    texts(Name=0, NameEnglish=0, Type=0, VatRate=0),
    some(FLAG, "IsActive"),
    amounts("VatRatePercent"),
    some(WHOLE, *SALES_ACCOUNTS),
    some(STAMP, "ChangedUtc"),
)
UNIT = model("Unit", ID, texts(Name=0, Code=0, Abbreviation=0, AbbreviationEnglish=0))
TERMS = model(
    "TermsOfPayment",
    ID,
    texts(Name=0, NameEnglish=0),
    some(WHOLE, "NumberOfDays", "TermsOfPaymentTypeId"),
    texts(TermsOfPaymentTypeText=0),
    some(FLAG, "AvailableForSales", "AvailableForPurchase"),
)

PROJECT = model(
    "Project",
    ID,
    texts(Number=9, Name=200),
    some(DAY, "StartDate", "EndDate"),
    some(Kind.ID, "CustomerId"),
    texts(CustomerName=0, Notes=500),
    some(WHOLE, "Status"),
    some(STAMP, "ModifiedUtc"),
    required=("Number", "Name", "StartDate"),
    settled=("Id", "CustomerName", "ModifiedUtc"),
)
COST_CENTRE = model(
    "CostCenter",
    texts(Name=20),
    some(WHOLE, "Number"),
    some(FLAG, "IsActive"),
    some(ANY, "Items"),
    ID,
    required=("Name",),
    settled=("Id", "Number", "Items"),
)
CENTRE_ITEM = model(
    "CostCenterItem",
    some(Kind.ID, "CostCenterId"),
    ID,
    texts(Name=50, ShortName=9),
    some(FLAG, "IsActive"),
    some(STAMP, "CreatedUtc"),
    required=("CostCenterId", "Name", "ShortName", "IsActive"),
    settled=("Id", "CreatedUtc"),
)
LINK = model(
    "PartnerResourceLink",
    ID,
    some(Kind.ID, "ResourceId"),
    some(WHOLE, "ResourceType"),
    texts(Href=0, PartnerCompanyName=0, PartnerSystemName=0),
    required=("ResourceId", "ResourceType", "Href", "PartnerCompanyName", "PartnerSystemName"),
    settled=("Id",),
)
BANK_ACCOUNT = model(
    "BankAccount",
    ID,
    texts(Name=200, Bban=35, Iban=35, CurrencyCode=3, BankAccountTypeDescription=0),
    some(WHOLE, "BankAccountType", "LedgerAccountNumber"),
    some(FLAG, "IsActive", "HasActiveBankAgreement", "IsDefaultChequeAccount"),
    some(STAMP, "ModifiedUtc"),
)
USER = model(
    "User", ID, texts(Email=0, FirstName=0, LastName=0), some(FLAG, "IsActive", "IsCurrentUser", "IsConsultant")
)
CURRENCY = model("Currency", texts(Code=3))
COUNTRY = model("Country", texts(Code=2, Name=0), some(FLAG, "IsEuMember"))
APP_STATUS = model(
    "AppStoreActivationStatus",
    ID,
    some(WHOLE, "ActivationStatus"),
    some(STAMP, "ModifiedUtc"),
    required=("ActivationStatus",),
    settled=("Id", "ModifiedUtc"),
)

SETTINGS: Model = model(
    "CompanySettings",
    texts(Name=100, Email=255, Phone=20, MobilePhone=20, Address1=40, Address2=40, PostalCode=10, City=40),
    texts(CountryCode=2, Website=255, OurReference=100, CurrencyCode=3),
    some(Kind.ID, "TermsOfPaymentId"),
    texts(CorporateIdentityNumber=0, VatCode=0, BankGiro=0, PlusGiro=0, BankAccount=0, Iban=0, CompanyIdentifier=0),
    some(DAY, "AccountingLockedTo"),
    some(WHOLE, "AccountingLockInterval", "AccountNumberDigits", "ProductVariant", "TypeOfBusiness", "VatPeriod"),
    some(WHOLE, "CompanyStatus", "DomesticCurrencyRounding"),
    some(WHOLE, "NextCustomerNumber", "NextSupplierNumber", "NextCustomerInvoiceNumber", "NextQuoteNumber"),
    some(WHOLE, "NextOrderNumber", "NextArticleNumber"),
    some(FLAG, "ShowPricesExclVatPC", "UsesCostCenter", "UsesProject", "UsesMoss", "UsesPaymentReferenceNumber"),
    some(FLAG, "UsesReverseConstructionVat", "UsesRotReducedInvoicing", "KeepOriginalDraftDate"),
    some(FLAG, "UseAutomaticVatCalculation", "ShowCostCenterReminder", "ShowProjectReminder"),
    some(ANY, "ActivatedModules", "ApprovalSettings", "CompanyText"),
    required=("Name", "Phone", "Address1", "PostalCode", "City", "CountryCode"),
    settled=(
        *("CorporateIdentityNumber", "CompanyIdentifier", "ProductVariant", "TypeOfBusiness", "VatPeriod"),
        *("CompanyStatus", "ActivatedModules", "AccountingLockedTo", "AccountingLockInterval", "ShowPricesExclVatPC"),
        *("NextCustomerNumber", "NextSupplierNumber", "NextCustomerInvoiceNumber", "NextQuoteNumber"),
        *("NextOrderNumber", "NextArticleNumber"),
    ),
)
LOCK_SETTINGS = model(
    "AccountingLockSettings",
    some(ANY, "AccountingLockedAsOf", "TaxDeclarationDate"),
    some(WHOLE, "AccountingLockInterval"),
)
