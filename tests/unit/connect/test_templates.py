"""Every template with markup in every field: it comes out as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from handoff.connect import pages
from handoff.connect.forms import Field
from handoff.connect.pages import Content, Frame, Refusal
from handoff.connect.rendering import POLICY, STYLE, TEMPLATES, rendered
from handoff.connect.report_view import Half, Kind, Press, Question
from handoff.connectors.registry import vendor_of
from handoff.domain.invitations import LIFE, Invitation
from handoff.domain.problem_codes import FixedBy
from handoff.domain.tenancy import Connection
from handoff.integrations.catalogue import integration_kind
from handoff.integrations.kind_settings import Fault
from handoff.pipeline.notice_mail import TEMPLATES as MAIL_TEMPLATES
from handoff.pipeline.notice_mail import Group, Letter, Shown, mail_of
from handoff.ports.live import Finding
from tests.builders import NOW


def bad(name: str) -> str:
    """What somebody enters who wants it to become markup, in a text or out of an attribute."""
    return f"<script>{name}</script>\"'>"


INVITATION = Invitation(digest="d", kind="k", by=bad("by"), made_at=NOW, expires_at=NOW + LIFE)
VENDOR = replace(vendor_of("economic"), title=bad("vendor"))
HOOK = replace(next(iter(VENDOR.hooks.values())), title=bad("hook"), where=bad("where"), template=bad("template"))
FINDINGS = [Finding("code", ok, bad("finding"), bad("finding cure")) for ok in (True, False, None)]
FAULTS = [Fault("custom", "entered", bad("fault")), Fault("custom", "", bad("fault of none"))]
FRAME = Frame(
    kind=replace(integration_kind("moment-economic"), title=bad("kind")),
    invitation=INVITATION,
    steps={bad("step"): bad("step title"), "next": "Next"},
    at=bad("step"),
    done=frozenset({"next"}),
    home=bad("home"),
)
AROUND = ("kind", "step", "step title", "home")
FORM = ("field", "hint", "group", "value", "other value", "fault", "fault of none")


def fields() -> list[Field]:
    """A field of each type."""
    types = ("text", "number", "date", "checkbox", "textarea")
    entered = [
        Field(f"entered.{type_}", bad("field"), bad("hint"), type_, bad("value"), group=bad("group")) for type_ in types
    ]
    choice = replace(entered[0], name="entered.choice", options=("", bad("value"), bad("other value")))
    return [replace(entered[0], name="entered"), *entered, choice]


def an_account() -> Content:
    connection = Connection("c", "economic", bad("account"), bad("name"), bad("stopped"))
    return pages.account(VENDOR, connection, fields(), FAULTS, step=bad("step"), again=False)


def a_health() -> Content:
    return pages.health([(bad("side"), FINDINGS)], checked_at=bad("checked"), next_step=bad("following"))


def done() -> Content:
    return pages.done([pages.Shown(HOOK, VENDOR, "h", bad("address")), pages.Shown(HOOK, VENDOR, bad("hook id"))])


def a_look(stand: str = "failed", left: tuple[str, ...] = (bad("left"),)) -> Content:
    told = {
        "stand": stand,
        "left": left,
        "stopped": [bad("stopped")],
        "titles": [bad("vendor")],
        "progress": bad("progress"),
        "count": 7,
        "error": bad("error"),
        "button": a_button(),
        "refresh": stand == "under_way",
    }
    return Content("look.html", told)


def a_button() -> Press:
    return Press(bad("button"), bad("about"), hidden=[("step", bad("hidden"))])


def a_report() -> Content:
    halves = [Half(bad("vendor"), bad("number"), bad("name"), bad("more"))]
    question = Question(halves, [bad("for")], [bad("against")], [bad("follows")], [a_button()], left=True)
    kind = Kind(
        flow="customers",
        title=bad("kind title"),
        rows=[(bad("label"), 1, 2)],
        reasons=[bad("reason")],
        made=[(bad("vendor"), [bad("made")], 1)],
        overwritten=[(bad("vendor"), bad("whose"), bad("field"), bad("before"), bad("after"))],
        questions=[question],
        accepted=[question],
        many=[a_button()],
        more={"questions": 1, "overwritten": 1, "accepted": 1},
    )
    told = {
        "titles": [bad("vendor")],
        "kinds": [kind],
        "points": FINDINGS,
        "open_questions": 2,
        "seen_at": bad("seen"),
        "again": a_button(),
    }
    return Content("report.html", told)


REPORTED = (
    "vendor", "number", "name", "more", "for", "against", "follows", "button", "about", "hidden", "kind title", "label",
    "reason", "made", "whose", "field", "before", "after", "seen", "finding", "finding cure",
)  # fmt: skip


STEPS: dict[str, tuple[Callable[[], Content], tuple[str, ...]]] = {
    "step.html": (lambda: pages.NOTHING, ()),
    "account.html": (an_account, ("vendor", "account", "name", "stopped", *FORM)),
    "health.html": (a_health, ("side", "finding", "finding cure", "checked", "following")),
    "settings.html": (lambda: pages.settings(fields(), FAULTS, kept=True), FORM),
    "look.html": (a_look, ("vendor", "left", "stopped", "error")),
    "report.html": (a_report, REPORTED),
    "finish.html": (lambda: pages.finish([bad("left")], []), ("left",)),
    "done.html": (done, ("vendor", "hook", "where", "template", "address", "hook id")),
}
CLOSED: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
    "closed.html": (lambda: pages.closed(bad("title"), bad("sentence"), bad("cure")), ("title", "sentence", "cure")),
    "welcome.html": (lambda: pages.welcome(FRAME.kind, INVITATION), ("kind", "by")),
}
WITHIN = {"base.html", "parts.html"}
"""Shown within others only."""


def test_no_template_is_left_out_here() -> None:
    assert {*STEPS, *CLOSED, *WITHIN} == set(TEMPLATES.list_templates(extensions=["html"]))
    assert MAIL_TEMPLATES.list_templates() == ["notice.html"]


@pytest.mark.parametrize("template", STEPS)
def test_what_a_step_is_told_is_never_markup(template: str) -> None:
    made, told = STEPS[template]
    content = made()
    assert content.template == template
    refusal = Refusal(bad("refused"), bad("cure"), bad("refusal"), FINDINGS)
    page = FRAME.page(content, refusal=refusal)
    assert_text(page, *AROUND, *told, "refused", "cure", "refusal", "finding")


def test_a_look_that_is_under_way_or_to_begin_is_never_markup() -> None:
    assert_text(FRAME.page(a_look("under_way")), *AROUND, "progress")
    assert_text(FRAME.page(a_look("not_yet", ())), *AROUND, "button", "about", "hidden")
    assert_text(FRAME.page(pages.finish([], [], [bad("told")])), *AROUND, "told")


def test_every_heading_of_the_report_is_one_level_below_the_last_at_most_and_every_button_says_of_what() -> None:
    page = FRAME.page(a_report())
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(re.findall(r'<button[^>]*>.*?<span class="unseen">: ', page)) == page.count("<button")
    assert page.count("<table aria-labelledby=") == page.count("<table")
    assert page.count('<th scope="col">') == 1
    assert page.count('<th scope="row">') == 1


def test_a_page_that_waits_comes_again_by_itself_and_no_other_does() -> None:
    assert 'http-equiv="refresh"' in FRAME.page(a_look("under_way"))
    assert 'http-equiv="refresh"' not in FRAME.page(a_look("failed"))
    assert 'http-equiv="refresh"' not in FRAME.page(a_report())


@pytest.mark.parametrize("template", CLOSED)
def test_what_a_page_of_its_own_is_told_is_never_markup(template: str) -> None:
    made, told = CLOSED[template]
    assert_text(made(), *told)


def test_what_can_send_webhooks_is_never_markup() -> None:
    assert_text(FRAME.page(pages.finish([], [bad("one"), bad("two")])), *AROUND, "one", "two")


@pytest.mark.parametrize("causes", [1, 3])
def test_what_a_mail_is_told_is_never_markup(causes: int) -> None:
    shown = Shown(bad("cause"), "customers", 2, (bad("record"),), NOW)
    group = Group(FixedBy.ERP, bad("cure"), causes, 2, (shown,))
    letter = Letter(bad("company"), bad("integration"), "Moment", bad("erp"), f"https://x/{bad('link')}", 15, (group,))
    html = mail_of(letter, to="finance@klitrose.example").html
    assert_text(html, "company", "integration", "erp", "link", "cause", "record", "cure")


def test_a_value_that_is_missing_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError, match="sentence"):
        rendered("closed.html", title="x")


def test_the_policy_names_the_very_style_that_pages_have_and_no_page_runs_a_script() -> None:
    page = pages.closed("Title", "Sentence.", "Cure.")
    assert f"<style>{STYLE}</style>" in page
    assert "script" not in POLICY
    assert "unsafe" not in POLICY
    assert TEMPLATES.loader is not None
    for name in TEMPLATES.list_templates(extensions=["html"]):
        source = TEMPLATES.loader.get_source(TEMPLATES, name)[0]
        assert "<script" not in source
        assert " style=" not in source
        assert "|safe" not in source.replace(" ", "")


def assert_text(page: str, *names: str) -> None:
    """Asserts that each of them is on the page, whole and as text only."""
    assert "<script" not in page
    for name in names:
        assert f"&lt;script&gt;{name}&lt;/script&gt;" in page, name
        assert bad(name) in unescape(page)
    # and none broke out of its attribute
    assert "\"'>" not in page
