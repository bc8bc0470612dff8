"""The company's set-up that no time tool knows: accounts, account groups, items, units, VAT; small and invented."""

from __future__ import annotations

from decimal import Decimal

from sandbox.visma_net.records import Account, AccountGroup, Item, Unit

ACCRUED_REVENUE = "1530"
REVENUE = "3000"
PROJECT_COST = "4300"
PROJECT_COST_OFFSET = "5990"
INACTIVE_ACCOUNT = "3199"
LABOUR_GROUP = "5"
REVENUE_GROUP = "3"
EXPENSE_GROUP = "7"
HOURS_ITEM = "TIMER"
INACTIVE_ITEM = "TIMER-GML"
HOUR = "HOUR"

_ACCOUNTS = (  # number, text, type, account group
    ("1500", "Kundefordringer", "Asset", None),
    ("1530", "Opptjent, ikke fakturert inntekt", "Asset", None),
    ("1920", "Bankinnskudd", "Asset", None),
    ("2400", "Leverandørgjeld", "Liability", None),
    ("2700", "Utgående merverdiavgift", "Liability", None),
    ("3000", "Konsulentinntekt, avgiftspliktig", "Income", REVENUE_GROUP),
    ("3010", "Inntekt utvikling", "Income", REVENUE_GROUP),
    ("3020", "Inntekt design", "Income", REVENUE_GROUP),
    ("3030", "Inntekt rådgivning", "Income", REVENUE_GROUP),
    ("3040", "Inntekt prosjektledelse", "Income", REVENUE_GROUP),
    ("3050", "Inntekt testing", "Income", REVENUE_GROUP),
    ("3060", "Inntekt drift og støtte", "Income", REVENUE_GROUP),
    ("3070", "Inntekt opplæring", "Income", REVENUE_GROUP),
    ("3080", "Inntekt fastpris", "Income", REVENUE_GROUP),
    ("3090", "Konsulentinntekt, avgiftsfri", "Income", REVENUE_GROUP),
    ("3099", "Annen prosjektinntekt", "Income", REVENUE_GROUP),
    ("3199", "Utgått inntektskonto", "Income", REVENUE_GROUP),
    ("4300", "Timekostnad prosjekter", "Expense", LABOUR_GROUP),
    ("5000", "Lønn", "Expense", None),
    ("5990", "Timer ført på prosjekter, motpost", "Expense", None),
    ("7140", "Reisekostnad", "Expense", EXPENSE_GROUP),
)
_CONTROLLED_BY = {"1500": "AR", "1920": "CA", "2400": "AP", "2700": "TX"}

UNITS = (
    Unit(HOUR, HOUR),
    Unit("MINUTE", HOUR, Decimal("0.016667")),
    Unit("DAG", HOUR, Decimal("7.5")),
    Unit("STK", "STK"),
)

RATES = {"EUR": Decimal("11.52"), "SEK": Decimal("1.04"), "DKK": Decimal("1.544"), "USD": Decimal("10.61")}


def accounts() -> list[Account]:
    """The chart of accounts; control accounts take no manual entries."""
    return [
        Account(
            account_id=1000 + place,
            number=number,
            description=text,
            type=kind,
            group=group,
            active=number != INACTIVE_ACCOUNT,
            takes_manual_entries=number not in _CONTROLLED_BY,
            control_module=_CONTROLLED_BY.get(number),
            uses_default_sub=kind in ("Asset", "Liability"),
            account_class=kind.upper(),
            public_code=number,
        )
        for place, (number, text, kind, group) in enumerate(_ACCOUNTS, start=1)
    ]


def groups() -> list[AccountGroup]:
    """The project account groups."""
    named = ((REVENUE_GROUP, "Inntekter"), (LABOUR_GROUP, "Timer"), (EXPENSE_GROUP, "Utlegg"))
    return [AccountGroup(group_id=group_id, description=text) for group_id, text in named]


def items() -> list[Item]:
    """Hours, travel, and an item nobody should use any more."""
    return [
        Item(
            inventory_id=801,
            number=HOURS_ITEM,
            description="Konsulenttimer",
            type="LaborItem",
            base_unit=HOUR,
            default_price=Decimal(1450),
            expense_account=PROJECT_COST,
            sales_account=REVENUE,
        ),
        Item(
            inventory_id=802,
            number="REISE",
            description="Viderefakturert reise",
            type="ExpenseItem",
            base_unit="STK",
            default_price=Decimal(0),
            expense_account="7140",
            sales_account="3099",
        ),
        Item(
            inventory_id=803,
            number=INACTIVE_ITEM,
            description="Konsulenttimer, gammel",
            type="LaborItem",
            base_unit=HOUR,
            default_price=Decimal(1100),
            expense_account=PROJECT_COST,
            sales_account=REVENUE,
            status="Inactive",
        ),
    ]


def vat() -> dict[str, list[dict[str, object]]]:
    """The VAT rows, categories and zones as they are read."""
    rates = (
        ("3", "Utgående mva 25 %", "Output", 25),
        ("1", "Inngående mva 25 %", "Input", 25),
        ("13", "Inngående mva 12 %", "Input", 12),
        ("5", "Avgiftsfri", "Output", 0),
    )
    return {
        "vat": [
            {
                "vatId": vat_id,
                "description": text,
                "type": "Vat" if rate else "ExemptVat",
                "deductibleVat": False,
                "reverseVat": False,
                "schedules": [{"startDate": "2005-01-01T00:00:00", "vatRate": Decimal(rate), "groupType": group}],
                "categories": [{"vatCategoryId": "UTG" if group == "Output" else "INNG"}],
                "zones": [{"id": "01" if rate else "02"}],
            }
            for vat_id, text, group, rate in rates
        ],
        "vatCategory": [
            {"vatCategoryId": "UTG", "description": "Salg", "active": True, "vatCategoryLines": [{"vatId": "3"}]},
            {"vatCategoryId": "INNG", "description": "Kjøp", "active": True, "vatCategoryLines": [{"vatId": "1"}]},
        ],
        "vatZone": [
            {"id": "01", "description": "Norge", "defaultVatCategory": "UTG"},
            {"id": "02", "description": "Utlandet", "defaultVatCategory": "UTG"},
        ],
    }
