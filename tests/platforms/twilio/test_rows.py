"""The table of consequences: every row comes about, and the docs show it."""

import json
from pathlib import Path
from typing import Any

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Delivery, Event, Unknown
from nightbell.platforms.twilio.errors import BY_CODE
from nightbell.platforms.twilio.platform import Twilio
from nightbell.platforms.twilio.rows import ROWS
from tests.platforms.fixtures import RECEIVED_AT

HERE = Path(__file__).parent
DOCS = Path("docs/platforms/sms.md")


def events() -> list[Event]:
    return [event for file in HERE.glob("*/*.json") for event in read(json.loads(file.read_text()))]


def read(recorded: dict[str, Any]) -> list[Event]:
    delivery = Delivery(
        platform="twilio",
        path=str(recorded.get("path", "")),
        method="POST",
        headers={},
        query=dict(recorded.get("query", {})),
        body=str(recorded["body"]).encode(),
        received_at=RECEIVED_AT,
    )
    try:
        return Twilio().parse(delivery)
    except NotUnderstoodError:
        return []


def test_every_row_comes_of_some_fixture_and_every_kind_has_a_row() -> None:
    assert {event.kind for event in events() if not isinstance(event, Unknown | Broken)} == set(ROWS)


def test_an_unknown_kind_has_no_row() -> None:
    assert [event for event in events() if isinstance(event, Unknown) and event.kind in ROWS] == []


def test_the_docs_show_both_tables() -> None:
    shown = DOCS.read_text().splitlines()
    wanted = [f"| `{kind}` | {row.consequence} | {row.why} |" for kind, row in ROWS.items()]
    wanted += [f"| {code} | {judgement.kind} | {judgement.reason} |" for code, judgement in BY_CODE.items()]
    assert [line for line in wanted if line not in shown] == []
