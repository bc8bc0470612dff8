"""The project's pages: how tests read them, and the tables in them that are made from code.

A table made from code stands between two marks, `<!-- generated: name -->` and `<!-- end -->`.
`make pages` writes all of them anew; a test says when that is due.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from handoff.connectors.registry import vendors
from handoff.domain.problem_codes import FixedBy
from handoff.domain.problem_texts import CATALOGUE
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.cost_settings import CostFlowSettings
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.settings import HoursSettings
from handoff.settings import PlatformSettings
from sandbox import fjordlys, klitrose
from sandbox.local import template
from sandbox.local.paths import ROOT, TEMPLATE

DOCS = ROOT / "docs"
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
_MARKED = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)

POWERTOOLS = {
    "POWERTOOLS_SERVICE_NAME": "Name of the service in logs and metrics.",
    "POWERTOOLS_METRICS_NAMESPACE": "Namespace of the metrics.",
    "POWERTOOLS_LOG_LEVEL": "How much is logged.",
}
"""Variables that are read by the library for logs and metrics, not by us."""


def all_pages() -> list[Path]:
    """Every page that people read, the README first."""
    return [README, CONTRIBUTING, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def links(page: Path) -> Iterator[str]:
    """The targets of the page's links, code left out."""
    yield from (found["target"] for found in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))))


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: its headings as GitHub writes them."""
    headings = _HEADING.finditer(_FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", found["text"].lower()).replace(" ", "-") for found in headings}


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    text = page.read_text(encoding="utf-8")
    return [found["text"] for found in _FENCE.finditer(text) if found["language"] == language]


def rows(page: Path, *columns: str) -> list[dict[str, str]]:
    """The rows of all tables on a page that have exactly these columns."""
    found = []
    head: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not head:
            head = cells
        elif tuple(head) == columns and not set(line) <= set("|-: "):
            found.append(dict(zip(head, cells, strict=True)))
    return found


def table(columns: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(columns)
    shown = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in (head, *lines)]
    return "\n".join([shown[0], "|" + "---|" * len(head), *shown[1:], ""])


def code(text: str) -> str:
    """Text as code."""
    return f"`{text}`" if text else ""


def problems_table(fixed_by: FixedBy) -> str:
    """Every problem that is mended in one place."""
    entries = sorted((code_, entry) for code_, entry in CATALOGUE.items() if entry.fixed_by is fixed_by)
    columns = ("Code", "Field", "What it says", "What mends it")
    return table(
        columns,
        ((code(name), code(entry.field), entry.sentence.format(subject="[…]"), entry.cure) for name, entry in entries),
    )


def settings_table(model: type[BaseModel]) -> str:
    """The fields of one part of an integration's settings."""
    own = [name for name in model.model_fields if name in model.__annotations__]
    inherited = [name for name in model.model_fields if name not in own]
    fields = [(name, model.model_fields[name]) for name in (*own, *inherited)]
    return table(
        ("Setting", "Title", "Default", "What it is"),
        ((code(name), field.title or "", _default(field), field.description or "") for name, field in fields),
    )


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if field.is_required():
        return "needed"
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        return "see below" if value.model_dump(exclude_none=True) else "all work"
    plain = json.dumps(value, default=str)
    return code(plain.strip('"')) if plain not in ("[]", "{}") else "none"


def environment() -> dict[str, dict[str, Any]]:
    """Every environment variable of the template: by name the functions that have it and its value."""
    loaded = template.load(TEMPLATE)
    found: dict[str, dict[str, Any]] = {}
    everybody = loaded["Globals"]["Function"]["Environment"]["Variables"]
    for function, properties in template.resources(loaded, "AWS::Serverless::Function").items():
        own = properties.get("Environment", {}).get("Variables", {})
        for name, value in {**everybody, **own}.items():
            known = found.setdefault(name, {"functions": [], "value": value})
            known["functions"].append(function)
    return found


def environment_table() -> str:
    """Every environment variable, what it is, who has it and where it comes from."""
    fields = {field.alias: field for field in PlatformSettings.model_fields.values()}
    known = environment()
    parameters = template.load(TEMPLATE)["Parameters"]
    number = len(template.resources(template.load(TEMPLATE), "AWS::Serverless::Function"))
    lines = []
    for name in sorted({*known, *(alias for alias in fields if alias)}):
        use = known.get(name, {"functions": [], "value": ""})
        field = fields.get(name)
        what = (field.description if field else POWERTOOLS[name]) or ""
        default = str(field.default) if field and isinstance(field.default, str | int) and field.default != "" else ""
        functions = "all" if len(use["functions"]) == number else ", ".join(use["functions"])
        lines.append((code(name), what, functions, _origin(use["value"], parameters), code(default)))
    return table(("Variable", "What it is", "Functions", "Set from", "Default in code"), lines)


def _origin(value: Any, parameters: Mapping[str, Any]) -> str:
    if isinstance(value, dict) and "Fn::If" in value:
        return f"{_origin(value['Fn::If'][1], parameters)}, else the API's address"
    if isinstance(value, dict):
        kind = "parameter" if value["Ref"] in parameters else "resource"
        return f"{kind} `{value['Ref']}`"
    return code(value)


def settings_example(settings: Mapping[str, object]) -> str:
    """The settings of a customer of the local run, as the API takes them."""
    return f"```json\n{_wide(settings)}\n```\n"


def _wide(settings: Mapping[str, object]) -> str:
    """JSON with one line for each setting, and one for each rule of a list."""
    lines = []
    for name, value in settings.items():
        shown = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            shown = "[\n" + ",\n".join(f"    {json.dumps(rule, ensure_ascii=False)}" for rule in value) + "\n  ]"
        lines.append(f"  {json.dumps(name)}: {shown}")
    return "{\n" + ",\n".join(lines) + "\n}"


def settings_parts(model: type[BaseModel]) -> str:
    """The tables of all parts of the settings that have fields of their own, each once."""
    return "\n".join(f"**{title}**\n\n{settings_table(part)}" for part, title in _parts(model).items())


def _parts(model: type[BaseModel], of: str = "") -> dict[type[BaseModel], str]:
    """The models within a model, each under where it is met first."""
    found: dict[type[BaseModel], str] = {}
    for name, field in model.model_fields.items():
        for part, many in _models_in(field.annotation):
            where = f"One of `{of}{name}`" if many else f"`{of}{name}`"
            found.setdefault(part, where)
            for inner, title in _parts(part, f"{name}.").items():
                found.setdefault(inner, title)
    return found


def _models_in(annotation: object, *, many: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, many
        return
    for inner in get_args(annotation):
        yield from _models_in(inner, many=many or get_origin(annotation) is tuple)


def vendors_table() -> str:
    """What the platform may be told of each vendor."""
    lines = [
        (code(vendor.name), code(name), _vendor_default(field), field.description or "")
        for vendor in vendors().values()
        for name, field in vendor.settings.model_fields.items()
    ]
    return table(("Vendor", "Setting", "Default", "What it is"), lines)


def _vendor_default(field: FieldInfo) -> str:
    return "a secret: `VendorSecrets`" if field.annotation is SecretStr else code(str(field.default))


def layers() -> str:
    """The layers of the import contract, the outermost first, each with what its package says of itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    inward = next(contract for contract in contracts["contracts"] if contract["type"] == "layers")
    rows_ = [[name.strip() for name in layer.split(":")] for layer in inward["layers"]]
    shown = [f"{'functions':<16} one folder for each Lambda function: parse, call, answer"]
    for names in rows_:
        shown.append(f"{'':<6}│")
        shown += [f"{name:<16} {_says(name)}" for name in names]
    return "```\n" + "\n".join(shown) + "\n```\n"


def _says(package: str) -> str:
    """The first sentence of a package's docstring."""
    place = ROOT / "layers/handoff/handoff" / package
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n\n")[0].replace("\n", " ").rstrip(".")


GENERATED: Mapping[str, Callable[[], str]] = {
    **{f"problems-{fixed_by.value}": partial(problems_table, fixed_by) for fixed_by in FixedBy},
    "environment": environment_table,
    "settings": partial(settings_table, HoursSettings),
    "settings-parts": partial(settings_parts, HoursSettings),
    "live-settings": partial(settings_table, LiveSettings),
    "live-settings-parts": partial(settings_parts, LiveSettings),
    "both-ways-settings": partial(settings_table, BothWaysSettings),
    "both-ways-settings-parts": partial(settings_parts, BothWaysSettings),
    "cost-settings": partial(settings_table, CostFlowSettings),
    "vendors": vendors_table,
    "layers": layers,
    "fjordlys": partial(settings_example, fjordlys.SETTINGS),
    "klitrose": partial(settings_example, klitrose.SETTINGS),
}


def generated_names(page: Path) -> list[str]:
    """The names of the tables on a page that are made from code."""
    return [found["name"] for found in _MARKED.finditer(page.read_text(encoding="utf-8"))]


def renewed(page: Path) -> str:
    """The page's text with all its generated tables as the code has them now."""

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n{GENERATED[found['name']]()}\n{found[3]}"

    return _MARKED.sub(made, page.read_text(encoding="utf-8"))


def main() -> int:
    """Writes every generated table anew."""
    for page in all_pages():
        text = renewed(page)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
