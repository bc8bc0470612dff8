"""Rules as people write them in the settings: rate card, allocation, exchange, approval."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.accounting.allocation import AllocationRule
from handoff.accounting.exchange import ExchangeRule
from handoff.accounting.matching import Match
from handoff.accounting.rate_card import TIME_TOOL, RateRule
from handoff.domain.gate import ApprovalRule
from handoff.domain.money import Money
from handoff.domain.projects import ProjectType
from handoff.integrations.kind_settings import Section

HUNDRED = Decimal(100)

Text = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[str, Field(min_length=1, max_length=60)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


def _not_reserved(rule_id: str) -> str:
    if rule_id == TIME_TOOL:
        raise PydanticCustomError("reserved_name", "'{name}' stands for the time tool's own rate", {"name": rule_id})
    return rule_id


RuleId = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_not_reserved)]


class DatedSection(Section):
    """A rule with its first and last day."""

    valid_from: date | None = Field(
        None, title="First day", description="The rule holds from this day; empty: always has.", examples=["2026-10-01"]
    )
    valid_to: date | None = Field(
        None, title="Last day", description="The rule holds up to this day; empty: for good.", examples=["2026-12-31"]
    )

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise PydanticCustomError(
                "dates_reversed", "valid_to {last} is before valid_from {first}",
                {"last": str(self.valid_to), "first": str(self.valid_from)},
            )  # fmt: skip
        return self


class MatchSettings(Section):
    """What work a rule is for: all that is set must match; nothing set is the default for all work."""

    project: Text | None = Field(
        None, title="Project", description="Id, code or name of one project (engagement).", examples=["NB1"]
    )
    client: Text | None = Field(
        None, title="Client", description="Id or name of one client.", examples=["Fjord Industri AS"]
    )
    project_type: ProjectType | None = Field(
        None, title="Project type", description="How the project earns.", examples=["fixed_fee"]
    )
    task: Text | None = Field(None, title="Task", description="Id or name of one task.", examples=["Design"])
    member: Text | None = Field(
        None,
        title="Team member",
        description="E-mail address, id or name of one person.",
        examples=["asa@fjord.example"],
    )
    role: Text | None = Field(None, title="Role", description="One role of people.", examples=["Senior"])

    def to_match(self) -> Match:
        """The match as rules are chosen by."""
        return Match(self.project, self.client, self.project_type, self.task, self.member, self.role)


class RateSettings(Section):
    """A rate per hour."""

    amount: Decimal = Field(
        title="Amount", description="Price of an hour.", examples=["1250.00"],
        ge=0, max_digits=12, decimal_places=4,
    )  # fmt: skip
    currency: Currency = Field(title="Currency", description="ISO 4217 code of the amount.", examples=["NOK"])


class RateRuleSettings(DatedSection):
    """A line of the rate card: it sets the revenue account, the rate, or both."""

    id: RuleId = Field(title="Name", description="What explanations call the rule.", examples=["nb1-october"])
    match: MatchSettings = Field(
        default_factory=MatchSettings, title="Match", examples=[{"project": "NB1"}],
        description="What work it is for. The most specific rule decides: project, client, project type, "
        "task, member, role, in this order.",
    )  # fmt: skip
    account: Number | None = Field(
        None,
        title="Revenue account",
        description="Account of the ERP that the value is credited to.",
        examples=["3000"],
    )
    rate: RateSettings | None = Field(
        None, title="Rate", description="Overrides the time tool's rate.",
        examples=[{"amount": "1250.00", "currency": "NOK"}],
    )  # fmt: skip

    @model_validator(mode="after")
    def _sets_something(self) -> Self:
        if self.account is None and self.rate is None:
            raise PydanticCustomError("rule_sets_nothing", "the rule sets neither an account nor a rate")
        return self

    def to_rule(self) -> RateRule:
        """The rule as the core knows it."""
        rate = Money(self.rate.amount, self.rate.currency) if self.rate else None
        return RateRule(self.id, self.match.to_match(), self.account, rate, self.valid_from, self.valid_to)


Weight = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=4)]


class AllocationRuleSettings(DatedSection):
    """A line of the allocation: the cost centres that share the work it matches."""

    id: RuleId = Field(title="Name", description="What explanations call the rule.", examples=["nb1-both-offices"])
    match: MatchSettings = Field(
        default_factory=MatchSettings, title="Match", examples=[{"role": "Bergen"}],
        description="What work it is for; the most specific rule decides, as in the rate card.",
    )  # fmt: skip
    shares: dict[Number, Weight] = Field(
        title="Shares", description="Weight or percent of each cost centre.", min_length=1, max_length=50,
        examples=[{"10": "60", "20": "40"}],
    )  # fmt: skip
    shares_in: Literal["weight", "percent"] = Field(
        "weight", title="Shares in", description="Percents must make 100; weights need not.", examples=["percent"]
    )

    @model_validator(mode="after")
    def _percents_make_100(self) -> Self:
        total = sum(self.shares.values(), Decimal(0))
        if self.shares_in == "percent" and total != HUNDRED:
            raise PydanticCustomError("not_100_percent", "the shares make {total} percent", {"total": str(total)})
        return self

    def to_rule(self) -> AllocationRule:
        """The rule as the core knows it."""
        shares = tuple(sorted(self.shares.items()))
        return AllocationRule(self.id, self.match.to_match(), shares, self.valid_from, self.valid_to)


class ExchangeRuleSettings(DatedSection):
    """What a client's currency is worth in the currency of the books."""

    currency: Currency = Field(
        title="Currency", description="ISO 4217 code of the client's currency.", examples=["EUR"]
    )
    rate: Decimal = Field(
        title="Rate", description="What one unit is worth in the currency of the books.", examples=["11.52"],
        gt=0, max_digits=16, decimal_places=8,
    )  # fmt: skip

    def to_rule(self) -> ExchangeRule:
        """The rule as the core knows it."""
        return ExchangeRule(self.currency, self.rate, self.valid_from, self.valid_to)


class ApprovalRuleSettings(Section):
    """Entries that need nobody's yes; a rule without conditions approves everything."""

    name: Text = Field(title="Name", description="What histories call the rule.", examples=["small internal work"])
    hours_max: Decimal | None = Field(
        None, title="Hours at most", description="Only entries of at most so many hours.", examples=["2"],
        gt=0, le=24, decimal_places=2,
    )  # fmt: skip
    billable: bool | None = Field(
        None, title="Billable", description="Only billable entries (true) or only others (false).", examples=[False]
    )
    projects: tuple[Text, ...] = Field(
        (),
        title="Projects",
        description="Only entries of these projects, by the time tool's ids.",
        examples=[["14308069"]],
    )

    def to_rule(self) -> ApprovalRule:
        """The rule as the gate knows it."""
        return ApprovalRule(self.name, self.hours_max, self.billable, frozenset(self.projects))
