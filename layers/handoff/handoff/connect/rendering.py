"""The pages' templates: every text is escaped where it is put in, so that nothing entered becomes markup."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

STYLE = files("handoff.connect").joinpath("templates/style.css").read_text(encoding="utf-8")

TEMPLATES = Environment(
    loader=PackageLoader("handoff.connect"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals["style"] = Markup(STYLE)  # noqa: S704 - our own file, and quotes in it must stay quotes

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No script, nothing from elsewhere; the one style by what it is."""


def rendered(template: str, **values: object) -> str:
    """A whole page; a value that a template asks for and was not given is an error."""
    return TEMPLATES.get_template(template).render(values)
