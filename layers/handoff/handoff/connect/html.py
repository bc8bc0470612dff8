"""HTML made of calls: every text is escaped unless it was made here, so that nothing entered becomes markup."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

VOID = frozenset({"input", "meta", "br"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(element: str, /, *content: str, **attributes: str | bool | int | None) -> Html:
    """An element. Attributes that are None or False are left out; `_` stands for `-`, at the end for nothing."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if element in VOID:
        return Html(f"<{element}{given}>")
    return Html(f"<{element}{given}>{join(*content)}</{element}>")


def join(*content: str) -> Html:
    """Several pieces, one after the other."""
    return Html("".join(piece if isinstance(piece, Html) else escape(piece) for piece in content))


STYLE = """\
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#57606a;--paper:#f5f6f8;--card:#fff;--line:#c5ccd3;
--act:#0b57a4;--on-act:#fff;--good:#12693a;--bad:#a81c1c;--open:#7a5200}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--quiet:#a9b1ba;--paper:#14171a;--card:#1e2226;--line:#4a525b;
--act:#8ec1ff;--on-act:#0a1420;--good:#74d69c;--bad:#ff9a94;--open:#f0c264}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1.25rem 1rem 4rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.15rem;margin:0 0 .5rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:1rem 0}
p{margin:.4rem 0}.quiet{color:var(--quiet)}
ol.steps{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:1rem 0}
ol.steps a{display:block;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.4rem;text-decoration:none}
ol.steps a[aria-current]{border-color:var(--act);box-shadow:inset 0 0 0 1px var(--act)}
a{color:var(--act)}label{display:block;font-weight:600;margin-top:1rem}
.hint{display:block;color:var(--quiet);font-weight:400;font-size:.9rem}
input,textarea{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.4rem;
padding:.6rem;width:100%;min-height:2.75rem}
textarea{min-height:14rem;font-family:ui-monospace,monospace}
input[type=checkbox]{width:1.4rem;min-height:1.4rem;height:1.4rem;margin:0 .6rem 0 0;flex:none}
label.tick{display:flex;align-items:flex-start}
[aria-invalid=true]{border-color:var(--bad);border-width:2px}
button,a.act{display:inline-block;font:inherit;font-weight:600;min-height:2.75rem;padding:.6rem 1.1rem;margin-top:1rem;
border:0;border-radius:.4rem;background:var(--act);color:var(--on-act);text-decoration:none;cursor:pointer}
button.plain{background:none;color:var(--act);border:1px solid var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.fault{color:var(--bad);font-weight:600}.notice{border-left:.35rem solid var(--act)}
.refusal{border-left:.35rem solid var(--bad)}
ul.found{list-style:none;padding:0;margin:0}ul.found li{padding:.5rem 0;border-top:1px solid var(--line)}
.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}.good,.bad,.open{font-weight:700}
code{display:block;overflow-wrap:anywhere;background:var(--paper);border:1px solid var(--line);border-radius:.4rem;
padding:.5rem;font-family:ui-monospace,monospace;font-size:.9rem}
"""

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


def document(title: str, *content: str) -> str:
    """A whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        Html(f"<style>{STYLE}</style>"),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", tag("main", *content)), lang="en")
