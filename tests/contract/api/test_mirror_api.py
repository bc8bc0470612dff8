"""Master data of both sides through the API: how it stands, what would be written, and a person's yes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.tenancy import Integration
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.pipeline.mirror.look import look
from tests.contract.api.api_world import World
from tests.unit.pipeline.mirror.both_sides import BothSides, a_customer

MIRROR = "both-ways-1"
AT = f"/api/integrations/{MIRROR}"


class MirrorWorld(World):
    """A tenant with an integration that goes both ways; `sides` are its vendors."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sides = BothSides()
        both = self.sides.desk.integration
        self.tenants.add(Integration(MIRROR, SEVERA_BUSINESS.name, "Master data", both.time_tool, both.erp), {})
        stores = self.stores_of(MIRROR)
        self.sides.sightings = stores.sightings  # type: ignore[assignment]
        self.sides.problems, self.sides.passes = stores.problems, stores.passes  # type: ignore[assignment]

    def looked(self) -> None:
        for side in Side:
            look(self.sides.desk, self.sides.flow, side, whole=True, time_left=lambda: True, counts=Counter())


def test_the_mirror_says_how_both_sides_of_each_flow_stand() -> None:
    world = MirrorWorld()
    world.sides.tool.has(a_customer())
    world.sides.erp.has(a_customer())
    world.sides.erp.has(a_customer("10500", "Myr Mekaniske"))
    world.looked()

    answer = world.get(f"{AT}/mirror").json

    assert answer["report_only"] is True
    assert [one["flow"] for one in answer["flows"]] == list(SEVERA_BUSINESS.mirrored)
    customers = next(one for one in answer["flows"] if one["flow"] == "customers")
    assert (customers["seen"], customers["would_pair"]) == ({"time_tool": 1, "erp": 2}, 1)
    assert customers["to_make"] == {"time_tool": 1, "erp": 0}
    assert (customers["master"], customers["on"]) == ("none", True)


def test_the_report_names_what_would_be_made_and_asked() -> None:
    world = MirrorWorld()
    ours = world.sides.tool.has(a_customer("10024"))
    theirs = world.sides.erp.has(a_customer())
    world.sides.erp.has(a_customer("10500", "Myr Mekaniske"))
    world.sides.erp.has(a_customer("10600", "Stengt AS"), excluded="it is blocked in group 3", blocked=True)
    world.looked()

    found = world.get(f"{AT}/mirror/customers").json

    assert [(one["side"], one["name"]) for one in found["makes"]] == [("erp", "Myr Mekaniske")]
    assert found["excluded"] == [{"side": "erp", "reason": "it is blocked in group 3", "objects": 1}]
    (question,) = found["asked"]
    assert (question["about"]["id"], question["may_be"][0]["id"], question["doubt"]) == (ours, theirs, "number_differs")
    assert found["omitted"] == 0


def test_a_yes_makes_a_pair_once() -> None:
    world = MirrorWorld()
    ours, theirs = world.sides.tool.has(a_customer("10024")), world.sides.erp.has(a_customer())
    other = world.sides.tool.has(a_customer("10030", "Annen Kunde"))
    world.looked()
    yes = {"time_tool_id": ours, "erp_id": theirs}

    for _ in range(2):
        answer = world.post(f"{AT}/mirror/customers/pairs", yes)
        assert (answer.status, answer.json["erp"]["number"]) == (200, "10023")

    assert world.get(f"{AT}/mirror/customers").json["pairs"] == 1
    undone = world.post(f"{AT}/mirror/customers/pairs/undo", {"time_tool_id": ours})
    assert (undone.status, undone.json["time_tool"]["id"]) == (200, ours)
    assert world.post(f"{AT}/mirror/customers/pairs/undo", {"time_tool_id": ours}).status == 404
    assert world.post(f"{AT}/mirror/customers/pairs", yes).status == 200
    refused = world.post(f"{AT}/mirror/customers/pairs", {"time_tool_id": other, "erp_id": theirs})
    assert (refused.status, refused.json["error"]["code"]) == (422, "paired_already")
    assert world.post(f"{AT}/mirror/customers/pairs", {"time_tool_id": "x", "erp_id": theirs}).status == 404


def test_all_that_fit_are_paired_at_once_and_the_answer_says_what_was_left_and_why() -> None:
    """S5.7, S5.9."""
    world = MirrorWorld()
    for ours, theirs in (
        (a_customer("10023", "Fjell og Fjære"), a_customer("10023", "Fjell og Fjære AS")),
        (a_customer("10024", "Myr Mekaniske"), a_customer("10025", "Myr Mekaniske")),
        (a_customer("10030", "Bekk Rådgivning"), a_customer("10030", "Storlien Transport")),
    ):
        world.sides.tool.has(ours)
        world.sides.erp.has(theirs)
    world.looked()
    fits = [(one["fits"], one["asked"]) for one in world.get(f"{AT}/mirror/customers").json["proposals"]]
    assert fits == [(None, True), ("number", True), ("name", True)]

    by_number = world.post(f"{AT}/mirror/customers/pairs/all", {"alike": "number"}).json

    assert [one["erp"]["name"] for one in by_number["paired"]] == ["Fjell og Fjære AS"]
    assert [one["why"] for one in by_number["left"]] == [
        "the numbers are alike, the names are not",
        "they fit by their names",
    ]
    rest = world.post(f"{AT}/mirror/customers/pairs/all", {}).json
    assert ([one["erp"]["number"] for one in rest["paired"]], rest["more"], rest["omitted"]) == (["10025"], 0, 0)
    assert world.post(f"{AT}/mirror/customers/pairs/all", {"alike": "any"}).json["paired"] == []
    assert world.get(f"{AT}/mirror/customers").json["pairs"] == 2


def test_a_yes_to_many_by_something_else_is_refused() -> None:
    world = MirrorWorld()

    refused = world.post(f"{AT}/mirror/customers/pairs/all", {"alike": "colour"})

    assert (refused.status, refused.error["field"]) == (422, "body.alike")
    assert world.post(f"{AT}/mirror/invoices/pairs/all", {}).error["code"] == "unknown_flow"
    assert world.post("/api/integrations/hours-1/mirror/customers/pairs/all", {}).status == 422


def test_what_is_no_flow_or_no_such_integration_is_refused_in_words() -> None:
    world = MirrorWorld()

    assert world.get(f"{AT}/mirror/invoices").json["error"]["code"] == "unknown_flow"
    assert world.get("/api/integrations/hours-1/mirror").json["error"]["code"] == "not_of_this_integration"
    refused = world.post(f"{AT}/approvals", {"records": [a_wish()], "decision": "approve"}).json
    assert refused["error"]["code"] == "not_of_this_integration"


def test_a_retry_closes_the_cause_and_starts_a_run() -> None:
    world = MirrorWorld()
    world.sides.tool.has(a_customer("", "Bekk Rådgivning"))
    world.sides.erp.refuses["Bekk Rådgivning"] = "the number series is used up"
    world.sides.a_pass()
    (problem,) = world.get(f"{AT}/problems").json["problems"]
    assert problem["code"] == ProblemCode.REFUSED_BY_ERP.value

    answer = world.post(f"{AT}/problems/{problem['id']}/retry", {})

    assert answer.status == 202
    assert world.get(f"{AT}/problems").json["problems"] == []
    world.sides.erp.refuses.clear()
    world.sides.a_pass()
    assert world.sides.erp.named("Bekk Rådgivning").number == "10001"


def a_wish() -> dict[str, Any]:
    return {"flow": "customers", "external_id": "1", "hash": "9f2c01d4e8a7b6c5d4e3f201"}
