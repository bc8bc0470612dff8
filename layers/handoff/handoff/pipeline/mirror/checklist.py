"""The checklist that both sides are gone through with before the first write, as far as it can be seen from here.

Pure. A point is in order, or something to look at, or it can't be told; nothing of it keeps anybody from going live.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.accounting.likeness import Likeness
from handoff.accounting.nearness import Nearness
from handoff.accounting.pairing import number_of
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Sighting
from handoff.integrations.both_ways_settings import BothWaysSettings, MirrorSettings
from handoff.pipeline.mirror.report import MirrorReport, Sides
from handoff.ports.live import Finding

KINDS: Mapping[str, tuple[str, str]] = {
    "business_units": ("department", "departments"),
    "employees": ("employee", "employees"),
    "product_categories": ("product category", "product categories"),
    "products": ("product", "products"),
    "customers": ("customer", "customers"),
    "projects": ("project", "projects"),
}
"""What people call one and several of each flow's objects."""
NAMED_MAX = 3
"""So many are named as examples."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One flow as the last look saw it."""

    sides: Sides[Any]
    report: MirrorReport[Any]

    def here(self, side: Side) -> list[Sighting[Any]]:
        """What there is on a side."""
        return [one for one in self.sides[side] if not one.gone]


@dataclass(frozen=True, slots=True)
class Checklist:
    """The flows that are switched on as they were seen, what is set, and what the vendors are called."""

    looked: Mapping[str, Looked]
    settings: BothWaysSettings
    titles: Mapping[Side, str]

    def points(self) -> Sequence[Finding]:
        """Every point."""
        found: list[Finding] = []
        if "customers" in self.looked:
            found += [self._customer_numbers(), *self._ranges()]
        found += [self._almost(), self._doubles(), self._twice()]
        if "employees" in self.looked:
            found.append(self._emails())
        if "projects" in self.looked:
            found.append(self._projects())
        if "product_categories" in self.looked:
            found.append(self._categories())
        return [*found, self._blocked()]

    # ---- numbers and names ---------------------------------------------------------------------

    def _customer_numbers(self) -> Finding:
        asked, erp = self.looked["customers"].report.proposals, self.titles[Side.ERP]
        renumbered = [one for one in asked if one.name is Nearness.SAME and one.number is Likeness.OTHER]
        unlike = [
            one for one in asked
            if one.number is Likeness.SAME and one.name is Nearness.FAR and one.mark is not Likeness.SAME
        ]  # fmt: skip
        if not renumbered and not unlike:
            return Finding("customer_numbers", True, "The same customers carry the same numbers on both sides.")
        parts = [f"{counted('customers', len(renumbered))} under one name with two numbers"] if renumbered else []
        parts += [f"{counted('customers', len(unlike))} with one number under two names"] if unlike else []
        cure = f"Say below which are the same: those get the number that {erp} has. Number the others anew."
        return Finding("customer_numbers", False, f"There {_be(parts)}.", cure)

    def _ranges(self) -> Sequence[Finding]:
        ours, theirs = (_numbers(self.looked["customers"].here(side)) for side in (Side.TIME_TOOL, Side.ERP))
        tool, erp = self.titles[Side.TIME_TOOL], self.titles[Side.ERP]
        invoices = Finding(
            "invoice_ranges", None, "Number series of invoices can't be seen from here.",
            f"See to it that {tool} and {erp} do not number invoices from one range.",
        )  # fmt: skip
        if not theirs:
            text = f"{erp} has no numbered customers yet: whether its numbers will meet {tool}'s can't be told."
            return [Finding("customer_ranges", None, text), invoices]
        first, last = min(theirs), max(theirs)
        within = sorted(number for number in ours - theirs if first <= number <= last)
        if not within:
            text = f"No customer that only {tool} has carries a number from {erp}'s range, {first} to {last}."
            return [Finding("customer_ranges", True, text), invoices]
        text = (
            f"{counted('customers', len(within))} that only {tool} has {'carry' if len(within) > 1 else 'carries'} a "
            f"number from {erp}'s range, {first} to {last}: {_some(map(str, within))}."
        )
        cure = f"New customers get {erp}'s next number. Let {tool} number its own from another range."
        return [Finding("customer_ranges", False, text, cure), invoices]

    def _almost(self) -> Finding:
        asked = {name: sum(one.asked for one in each.report.proposals) for name, each in self.looked.items()}
        if not any(asked.values()):
            return Finding("almost", True, "No numbers or names that almost match.")
        text = f"Numbers or names almost match: {_each(asked)} to be looked at."
        return Finding(
            "almost", False, text, "Nothing is written of these before somebody says that they are the same."
        )

    def _doubles(self) -> Finding:
        near = {name: sum(not one.asked for one in each.report.proposals) for name, each in self.looked.items()}
        if not any(near.values()):
            return Finding("doubles", True, "Nothing would be made that is there already under nearly the same name.")
        text = f"These would be made although something nearly alike is there: {_each(near)}."
        return Finding(
            "doubles", False, text, "Say below which are the same; whatever is left becomes two on both sides."
        )

    def _twice(self) -> Finding:
        found = []
        for name, each in self.looked.items():
            for side, title in self.titles.items():
                times = Counter(filter(None, map(number_of, each.here(side))))
                twice = sorted(number for number, count in times.items() if count > 1)
                found += [f"{KINDS[name][1]} in {title} ({_some(twice)})"] if twice else []
        if not found:
            return Finding("number_twice", True, "No number is used twice on one side.")
        cure = "Give one of each two another number; until then neither goes over."
        return Finding("number_twice", False, f"Numbers are used twice: {'; '.join(found)}.", cure)

    # ---- what each kind needs --------------------------------------------------------------------

    def _emails(self) -> Finding:
        without = {
            side: [one for one in self.looked["employees"].here(side) if not one.says.email.strip()] for side in Side
        }
        if not any(without.values()):
            return Finding("emails", True, "Every employee has an e-mail address.")
        parts = [
            f"{counted('employees', len(some))} of {self.titles[side]} ({_names(some)})"
            for side, some in without.items()
            if some
        ]
        erp = self.titles[Side.ERP]
        cure = f"What {erp} says of somebody without one goes nowhere. Enter the addresses on either side."
        return Finding("emails", False, f"Without an e-mail address: {', '.join(parts)}.", cure)

    def _projects(self) -> Finding:
        tool, erp, set_ = self.titles[Side.TIME_TOOL], self.titles[Side.ERP], self.settings.projects
        without = [one for one in self.looked["projects"].here(Side.TIME_TOOL) if not one.refers and not one.excluded]
        stuck = [] if set_.new_customer and set_.new_owner else self.looked["projects"].report.to_make[Side.TIME_TOOL]
        parts = [f"{counted('projects', len(without))} of {tool} without a customer ({_names(without)})"] * bool(
            without
        )
        parts += [
            f"{counted('projects', len(stuck))} that only {erp} has, which no customer and owner in {tool} are set for "
            f"({_names(stuck)})"
        ] * bool(stuck)
        if not parts:
            return Finding("projects_customers", True, "Every project has, or gets, a customer.")
        cure = f"Make those of {erp} in {tool} under the same number and name, or set whom new ones belong to."
        return Finding("projects_customers", False, f"There {_be(parts)}.", cure)

    def _categories(self) -> Finding:
        erp = self.titles[Side.ERP]
        odd = [
            one for one in self.looked["product_categories"].report.to_make[Side.ERP]
            if not (one.says.number.isascii() and one.says.number.isdigit())
        ]  # fmt: skip
        if not odd:
            return Finding("category_codes", True, "Every product category that goes over has a whole number.")
        text = f"{counted('product_categories', len(odd))} without a whole number can't go to {erp} ({_names(odd)})."
        return Finding("category_codes", False, text, "Give them whole numbers as codes, or let categories stay.")

    def _blocked(self) -> Finding:
        erp, parts = self.titles[Side.ERP], []
        for name, each in self.looked.items():
            said: MirrorSettings = getattr(self.settings, name)
            if said.blocked_group is not None:
                number = sum(one.blocked for one in each.here(Side.ERP))
                parts.append(f"{KINDS[name][1]} with {said.blocked_value} in group {said.blocked_group} ({number} now)")
        if parts:
            return Finding("blocked", True, f"What is blocked in {erp} stays there: {', '.join(parts)}.")
        cure = "Choose a blocking group in the settings where something must not be transferred."
        return Finding(
            "blocked", False, f"No blocking group is chosen: nothing of {erp} is kept from going over.", cure
        )


def counted(flow: str, number: int) -> str:
    """So many of a flow's objects, in words."""
    one, many = KINDS[flow]
    return f"{number} {one if number == 1 else many}"


def _numbers(sightings: Sequence[Sighting[Any]]) -> set[int]:
    return {int(number) for one in sightings if (number := number_of(one)).isascii() and number.isdigit()}


def _each(numbers: Mapping[str, int]) -> str:
    return ", ".join(counted(name, number) for name, number in numbers.items() if number)


def _be(parts: Sequence[str]) -> str:
    return f"{'is' if parts[0].startswith('1 ') else 'are'} {' and '.join(parts)}"


def _names(sightings: Sequence[Sighting[Any]]) -> str:
    return _some([one.says.name for one in sightings])


def _some(names: Any) -> str:
    """The first few, and how many more there are."""
    all_ = list(names)
    more = f" and {len(all_) - NAMED_MAX} more" if len(all_) > NAMED_MAX else ""
    return ", ".join(all_[:NAMED_MAX]) + more
