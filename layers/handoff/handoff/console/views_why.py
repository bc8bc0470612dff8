"""Why a record gets its account, rate and split: the explanation as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from handoff.console.models_records import AlternativeShape, DecisionShape, NotPostedAs, PartShape, Why
from handoff.console.place import Place
from handoff.console.views_records import problems_of
from handoff.domain.errors import NotFound
from handoff.domain.posting import Posting
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord
from handoff.integrations.kind_settings import SettingsRefused
from handoff.integrations.settings import read_settings
from handoff.pipeline.explain import Decision, Explanation, explain


def why_of(place: Place, record: StagedRecord, postings: Sequence[Posting], reference: ReferenceData) -> Why | None:
    """The explanation under the settings of the posting that has this content, else the newest.

    None where there is nothing to explain by: no settings, a content that can't be read, or a record that goes as
    it is and by no rules.
    """
    if not place.kind.is_of_hours:
        return None
    used = next((p.settings_version for p in reversed(postings) if _covers(p, record) and p.settings_version), None)
    try:
        version, content = place.desk.tenants.settings(place.integration.id, used)
        rules = read_settings(content).to_rules()
        explanation = explain(record, rules=rules, reference=reference)
    except (NotFound, SettingsRefused, msgspec.DecodeError):
        return None
    return _why(explanation, version, rules.currency)


def _covers(posting: Posting, record: StagedRecord) -> bool:
    return any(ref.external_id == record.external_id and ref.hash == record.hash for ref in posting.records)


def _why(explanation: Explanation, version: int, currency: str) -> Why:
    return Why(
        settings_version=version,
        currency=currency,
        account=_decision(explanation.account),
        rate=_decision(explanation.rate),
        exchange=_decision(explanation.exchange),
        split=_decision(explanation.split),
        project=_decision(explanation.project),
        task=_decision(explanation.task),
        employee=_decision(explanation.employee),
        item=_decision(explanation.item),
        accounting_date=_decision(explanation.accounting_date),
        parts=tuple(
            PartShape(cost_centre=cost_centre, hours=hours, amount=amount)
            for cost_centre, hours, amount in explanation.parts
        ),
        problems=problems_of(explanation.problems),
        not_posted_as=tuple(NotPostedAs(kind=kind, why=why) for kind, why in explanation.out),
    )


def _decision(decision: Decision) -> DecisionShape:
    return DecisionShape(
        rule=decision.rule_id,
        value=decision.value,
        tied=decision.tied,
        alternatives=tuple(
            AlternativeShape(rule=other.rule_id, value=other.value, why=other.why) for other in decision.alternatives
        ),
    )
