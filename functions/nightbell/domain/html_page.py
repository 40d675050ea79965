"""A small page for people: no script, no picture, nothing from elsewhere, readable by day and by night."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from html import escape

STYLE = (
    ":root{color-scheme:light dark;--ink:#1d1d1f;--paper:#fff;--faint:#5c5c61;--line:#d9d9de;--good:#0a6b2f;"
    "--bad:#9a1b1b}"
    "@media(prefers-color-scheme:dark){:root{--ink:#f2f2f4;--paper:#17171a;--faint:#adadb4;--line:#3a3a40;"
    "--good:#6ddc95;--bad:#ff9d9d}}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}"
    "main{max-width:36rem;margin:0 auto;padding:2rem 1.25rem 3rem}h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}"
    "h2{font-size:1.15rem;margin:2rem 0 .5rem}.faint{color:var(--faint)}.open{color:var(--good);font-weight:600}"
    ".closed{color:var(--bad);font-weight:600}a{color:inherit}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.45rem .5rem .45rem 0;border-bottom:1px solid var(--line)}"
    "th{font-weight:500}ul{padding-left:1.2rem}code{overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "content-type": "text/html; charset=utf-8",
    # The one style by its hash; scripts, frames, forms and everything from elsewhere are refused.
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
}

PRIVATE: Mapping[str, str] = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
"""For a page that is meant for one person."""


def html_page(language: str, title: str, body: str, *, head: str = "") -> str:
    """Frame a body that is HTML already; the title is plain text."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n{head}</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
