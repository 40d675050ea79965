"""Write the meaning of a brand's settings for people."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from infra.local.progress import bold, faint

WIDTH = 100


def page(brand: Mapping[str, Any]) -> Iterator[str]:
    """Write all of :func:`infra.cli.settings_meaning.describe`, line by line."""
    yield bold(f"{brand['name']} ({brand['brand']})")
    yield f"  clock      {when(brand['at'])}, {brand['zone']}"
    yield f"  languages  {', '.join(brand['languages'])}"
    yield from _standing(brand, "  ")
    yield ""
    yield bold("  Accounts")
    for account in brand["accounts"]:
        yield from _account(account)
    yield ""
    yield bold("  The next 14 days")
    yield from _days(brand["days"], "    ")
    yield from _texts(brand)
    yield ""


def when(moment: str | None) -> str:
    """Write a moment on the brand's clock; ``None`` is out of sight."""
    return f"{datetime.fromisoformat(moment):%A %d %B %Y, %H:%M}" if moment else "nothing in sight"


def _standing(brand: Mapping[str, Any], indent: str) -> Iterator[str]:
    state = "open" if brand["open"] else "closed"
    until = f", until {when(brand['until'])}" if brand["until"] else ", always"
    yield f"{indent}state      {state}{until}"
    if brand["next_opening"] or not brand["open"]:
        yield f"{indent}opens next {when(brand['next_opening'])}"
    promise = f" ({brand['promise_minutes']} minutes of opening time)" if "promise_minutes" in brand else ""
    yield f"{indent}promise    a message that comes now is answered by {when(brand['promised_by'])}{promise}"


def _account(account: Mapping[str, Any]) -> Iterator[str]:
    own = account["own_hours"]
    yield f"    {account['channel']:10} {account['account_id']}  {account['name'] or ''}".rstrip()
    if own:
        yield "      has hours of its own:"
        yield from _standing(own, "        ")
        yield from _days(own["days"], "        ")


def _days(days: list[Mapping[str, Any]], indent: str) -> Iterator[str]:
    for day in days:
        periods = ", ".join(day["periods"]) or "closed"
        reason = f"  {faint(day['reason'])}" if day["reason"] else ""
        yield f"{indent}{day['weekday'][:3]} {day['date']}  {periods}{reason}"


def _texts(brand: Mapping[str, Any]) -> Iterator[str]:
    for language in brand["languages"]:
        yield ""
        yield bold(f"  Texts in {language}, as they read now")
        yield from _wrapped(brand["texts"][language])
        for channel, texts in brand["channel_texts"][language].items():
            yield f"    {bold('on ' + channel)}"
            yield from _wrapped(texts)
        if brand["answers"][language]:
            yield f"    {bold('prepared for your team')}"
            yield from _wrapped(brand["answers"][language])


def _wrapped(texts: Mapping[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        yield f"    {faint(name)}"
        for line in text.split("\n"):
            yield from textwrap.wrap(line, WIDTH, initial_indent="      ", subsequent_indent="      ") or [""]
