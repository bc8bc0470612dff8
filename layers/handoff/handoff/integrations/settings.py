"""What a tenant sets about an integration: one model is the check, the form, the schema and the compiler.

`HoursSettings` is what the flow of approved hours needs, whichever time tool and ERP it joins. Settings
are stored as they were saved (`model_dump(mode="json")`) and compiled into core objects when used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator
from pydantic_core import PydanticCustomError

from handoff.accounting.allocation import Allocations, allocation_conflicts
from handoff.accounting.calendar import ClosedPeriod
from handoff.accounting.exchange import ExchangeTable, exchange_conflicts
from handoff.accounting.matching import fold
from handoff.accounting.plan_rules import NonBillable, PlanRules
from handoff.accounting.rate_card import RateCard, rate_card_conflicts
from handoff.domain.gate import GatePolicy
from handoff.domain.posting import BOOKED_KINDS, DocumentKind
from handoff.domain.staged import ApprovedVia
from handoff.integrations.kind_settings import IntegrationSettings, Section, read_as
from handoff.integrations.rule_settings import (
    AllocationRuleSettings,
    ApprovalRuleSettings,
    Currency,
    ExchangeRuleSettings,
    Number,
    RateRuleSettings,
    Text,
)

EQUALLY_SPECIFIC = "equally_specific_rules"
TIES_SHOWN = 5
"""Pairs of rules that a sentence names; more would not be read."""


def _once_each(names: Iterable[str], what: str) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise PydanticCustomError(
            "named_twice", "{what} named twice: {twice}", {"what": what, "twice": ", ".join(twice)}
        )


def _refuse_ties(ties: Iterable[tuple[str, str, str]]) -> None:
    """Refuses rules that nothing tells apart, naming every pair and what both of them set."""
    found = list(ties)
    if found:
        pairs = "; ".join(f"{first} and {second} both set the {sets}" for first, second, sets in found[:TIES_SHOWN])
        raise PydanticCustomError(
            EQUALLY_SPECIFIC,
            "rules match the same work on the same days: {pairs}. Make one more specific, or part their dates",
            {"pairs": pairs if len(found) <= TIES_SHOWN else f"{pairs}; and {len(found) - TIES_SHOWN} more"},
        )


def _distinct_keys(named: dict[str, str]) -> dict[str, str]:
    _once_each((fold(key) for key in named), "keys that differ only in case are")
    return named


def _of_hours(kind: object) -> object:
    if kind not in BOOKED_KINDS:
        raise PydanticCustomError(
            "enum", "Input should be {kinds}", {"kinds": " or ".join(f"'{k}'" for k in BOOKED_KINDS)}
        )
    return kind


HoursKind = Annotated[
    DocumentKind, BeforeValidator(_of_hours), WithJsonSchema({"type": "string", "enum": list(BOOKED_KINDS)})
]
NumbersByName = Annotated[dict[Text, Number], AfterValidator(_distinct_keys)]


class ApprovalSettings(Section):
    """Whose yes counts. Nothing is posted without one, and an edit voids it."""

    counts: tuple[ApprovedVia, ...] = Field(
        (ApprovedVia.TIME_TOOL, ApprovedVia.PERSON), title="Whose approval counts", min_length=1,
        description="time_tool: approved in the time tool; person: approved here by name; rule: one of the rules.",
        examples=[["time_tool", "person"]],
    )  # fmt: skip
    rules: tuple[ApprovalRuleSettings, ...] = Field(
        (), title="Approval rules", description="Entries that need nobody's yes, if rule counts.",
        examples=[[{"name": "internal", "billable": False}]],
    )  # fmt: skip

    @field_validator("counts")
    @classmethod
    def _each_once(cls, counts: tuple[ApprovedVia, ...]) -> tuple[ApprovedVia, ...]:
        _once_each(counts, "approvals")
        return counts

    @field_validator("rules")
    @classmethod
    def _names_differ(cls, rules: tuple[ApprovalRuleSettings, ...]) -> tuple[ApprovalRuleSettings, ...]:
        _once_each((rule.name for rule in rules), "rules")
        return rules


class AccountSettings(Section):
    """Accounts of the books that no rule decides."""

    accrued_revenue: Number = Field(
        title="Accrued revenue", description="Account that work not yet invoiced is debited to.", examples=["1530"]
    )


class HoursSettings(IntegrationSettings):
    """Everything a tenant sets about the flow of approved hours into the books."""

    approval: ApprovalSettings = Field(
        default_factory=ApprovalSettings, title="Approval", description="Whose yes lets hours through.",
        examples=[{"counts": ["time_tool", "person"]}],
    )  # fmt: skip
    starts_on: date | None = Field(
        None, title="Start", description="Work before this day stays out; empty: everything is taken.",
        examples=["2026-09-01"],
    )  # fmt: skip
    excluded_projects: tuple[Text, ...] = Field(
        (), title="Excluded projects", description="Projects whose work never goes, by the time tool's ids.",
        examples=[["14308112"]],
    )  # fmt: skip
    non_billable: NonBillable = Field(
        NonBillable.POST, title="Non-billable work", examples=["post"],
        description="post: with hours and no value, in project transactions; exclude: stays out.",
    )  # fmt: skip
    post_as: tuple[HoursKind, ...] = Field(
        (DocumentKind.PROJECT_TRANSACTIONS,), title="Post as", min_length=1,
        description="project_transactions: a line per entry and cost centre in the project's books; journal: accrued "
        "revenue per period, revenue account and cost centre. Choose both only where the ERP does not post project "
        "transactions to the general ledger by itself: the value would stand there twice.",
        examples=[["project_transactions"], ["project_transactions", "journal"]],
    )  # fmt: skip
    currency: Currency = Field(
        title="Currency of the books", description="ISO 4217 code of the ERP company's currency.", examples=["NOK"]
    )
    currencies: tuple[ExchangeRuleSettings, ...] = Field(
        (), title="Other currencies", max_length=2000,
        description="Exchange rates of clients' currencies, by the day of the work.",
        examples=[[{"currency": "EUR", "rate": "11.52"}]],
    )  # fmt: skip
    closed_period: ClosedPeriod = Field(
        ClosedPeriod.HOLD, title="Closed periods", examples=["hold"],
        description="hold: such work waits as a problem; next_open: it is posted on the first day of the next open "
        "period, with its own date in the text.",
    )  # fmt: skip
    rate_card: tuple[RateRuleSettings, ...] = Field(
        (), title="Rate card", max_length=2000,
        description="Revenue accounts and rates. Without a rate here the time tool's own counts.",
        examples=[[{"id": "default", "account": "3000"}]],
    )  # fmt: skip
    accounts: AccountSettings = Field(
        title="Accounts", description="Accounts that no rule decides.", examples=[{"accrued_revenue": "1530"}]
    )
    allocations: tuple[AllocationRuleSettings, ...] = Field(
        (), title="Cost centres", description="Which cost centres share which work.", max_length=2000,
        examples=[[{"id": "default", "shares": {"10": "1"}}]],
    )  # fmt: skip
    item: Number | None = Field(
        None, title="Labour item", description="Item of the ERP that hours are posted on; it gives the unit. "
        "Needed for project transactions.", examples=["TIMER"],
    )  # fmt: skip
    projects: NumbersByName = Field(
        {}, title="Projects", description="ERP project number by the time tool's project id or code, where the code "
        "is not the number.", examples=[{"NB1": "P1001"}],
    )  # fmt: skip
    tasks: NumbersByName = Field(
        {}, title="Tasks", description="ERP task (number or name) by the time tool's task id or name, where the names "
        "differ.", examples=[{"Design": "10"}],
    )  # fmt: skip
    default_task: Number | None = Field(
        None, title="Default task", description="Task of the ERP project (number or name) for work whose own task it "
        "does not have. Empty: such work is a problem to be mended.", examples=["99"],
    )  # fmt: skip
    employees: NumbersByName = Field(
        {}, title="Employees", description="ERP employee number by the person's e-mail address or id, where the "
        "addresses differ.", examples=[{"asa@fjord.example": "7"}],
    )  # fmt: skip
    lines_per_document: int = Field(
        250, title="Lines per document", description="Most lines of one project transactions document.",
        ge=1, le=1000, examples=[250],
    )  # fmt: skip
    records_per_journal: int = Field(
        1000, title="Entries per journal", description="Most time entries behind one journal.",
        ge=1, le=2000, examples=[1000],
    )  # fmt: skip

    @field_validator("post_as")
    @classmethod
    def _each_once(cls, kinds: tuple[DocumentKind, ...]) -> tuple[DocumentKind, ...]:
        _once_each(kinds, "kinds of document")
        return kinds

    @field_validator("rate_card")
    @classmethod
    def _no_ties(cls, rules: tuple[RateRuleSettings, ...]) -> tuple[RateRuleSettings, ...]:
        _once_each((rule.id for rule in rules), "rules")
        ties = rate_card_conflicts(rule.to_rule() for rule in rules)
        _refuse_ties((tie.first, tie.second, tie.sets) for tie in ties)
        return rules

    @model_validator(mode="after")
    def _item_for_project_transactions(self) -> Self:
        if DocumentKind.PROJECT_TRANSACTIONS in self.post_as and self.item is None:
            raise PydanticCustomError("item_missing", "project transactions need a labour item: name it under item")
        return self

    @field_validator("allocations")
    @classmethod
    def _no_tied_shares(cls, rules: tuple[AllocationRuleSettings, ...]) -> tuple[AllocationRuleSettings, ...]:
        _once_each((rule.id for rule in rules), "rules")
        ties = allocation_conflicts(rule.to_rule() for rule in rules)
        _refuse_ties((first, second, "cost centres") for first, second in ties)
        return rules

    @field_validator("currencies")
    @classmethod
    def _no_two_rates(cls, rules: tuple[ExchangeRuleSettings, ...]) -> tuple[ExchangeRuleSettings, ...]:
        ties = exchange_conflicts(rule.to_rule() for rule in rules)
        _refuse_ties((first, second, "exchange rate") for first, second in ties)
        return rules

    @model_validator(mode="after")
    def _books_need_no_rate(self) -> Self:
        if any(rule.currency == self.currency for rule in self.currencies):
            raise PydanticCustomError(
                "currency_of_the_books", "{currency} is the currency of the books and has no exchange rate",
                {"currency": self.currency},
            )  # fmt: skip
        return self

    @model_validator(mode="after")
    def _a_split_fits_a_document(self) -> Self:
        most = max((len(rule.shares) for rule in self.allocations), default=1)
        if most > self.lines_per_document:
            raise PydanticCustomError(
                "document_too_small", "a document of {lines} lines can't hold an entry with {shares} cost centres",
                {"lines": self.lines_per_document, "shares": most},
            )  # fmt: skip
        return self

    @property
    def kinds(self) -> tuple[DocumentKind, ...]:
        """The kinds of document that are wanted, in the order they are written."""
        return tuple(kind for kind in BOOKED_KINDS if kind in self.post_as)

    def to_policy(self) -> GatePolicy:
        """What the gate lets through."""
        return GatePolicy(
            counts=frozenset(self.approval.counts),
            rules=tuple(rule.to_rule() for rule in self.approval.rules),
            starts_on=self.starts_on,
            post_non_billable=self.non_billable is NonBillable.POST,
            excluded_project_ids=frozenset(self.excluded_projects),
        )

    def to_rules(self) -> PlanRules:
        """What the plan goes by."""
        return PlanRules(
            exchange=ExchangeTable(self.currency, (rule.to_rule() for rule in self.currencies)),
            rate_card=RateCard(rule.to_rule() for rule in self.rate_card),
            allocations=Allocations(rule.to_rule() for rule in self.allocations),
            post_as=frozenset(self.post_as),
            non_billable=self.non_billable,
            closed_period=self.closed_period,
            accrued_revenue=self.accounts.accrued_revenue,
            item=self.item or "",
            projects={fold(name): number for name, number in self.projects.items()},
            tasks={fold(name): number for name, number in self.tasks.items()},
            employees={fold(name): number for name, number in self.employees.items()},
            default_task=self.default_task or "",
            lines_per_document=self.lines_per_document,
            records_per_journal=self.records_per_journal,
        )


def read_settings(content: Mapping[str, object]) -> HoursSettings:
    """The settings of hours in a saved or sent content; raises SettingsRefused with every fault and its path."""
    return read_as(HoursSettings, content)
