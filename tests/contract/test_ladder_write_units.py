"""What a comment costs, with the shipped texts and ids as long as Meta's; weighed as in ``test_write_units.py``."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from nightbell.platforms.channel import VerdictKind
from tests.contract.test_ladder import Page
from tests.contract.test_write_units import MID, SHIPPED, metered
from tests.contract.world import CLOSED, OPEN
from tests.fakes import Behaviour, says
from tests.ladder import PRIVATE, PUBLIC, RECIPIENT

POST = "122183900000000001"
BY = f"{POST}/24680135792468013"
COMMENT = f"{POST}_987654321098765"
WORDS = {
    "en": "Hello! I ordered the blue rain jacket in size 42 last week, and it has not arrived. Where is it?",
    "es, a complaint": "Hola, mi pedido está roto y estoy muy enfadada. ¿Dónde está?",
}


@pytest.mark.parametrize("now", [OPEN, CLOSED], ids=["open", "closed"])
@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_a_comment_with_line_and_reply_costs_twenty_write_units(
    dynamodb: Any, table: str, now: datetime, text: str
) -> None:
    page = Page(dynamodb, table)
    page.clock.advance((now - page.clock.now()).total_seconds())
    known = next(iter(SHIPPED.accounts.values()))
    page.account = replace(known, channel=PUBLIC.name, account_id="123456789012345")
    page.accounts[PUBLIC.name, "123456789012345"] = page.account
    page.accounts[PRIVATE.name, "123456789012345"] = replace(page.account, channel=PRIVATE.name)
    page.api.next = [Behaviour(executed=True, outcome=says(VerdictKind.SENT, id=f"{POST}_123456789012345"))]
    sent = says(VerdictKind.SENT, id=MID, recipient=RECIPIENT)
    page.api.next_replies = [Behaviour(executed=True, outcome=sent)]
    meter = metered(page)
    page.comments(text, by=BY, mid=COMMENT)
    received = (meter.units, len(meter.calls))
    pk, sk = page.hints.waiting.pop()
    page.acknowledge(pk, sk, replace(page.run(), worker=str(uuid.uuid4())))
    print(f"received {received}, in all {meter.units} units, {len(meter.calls)} calls, largest {meter.largest} bytes")
    assert len(page.api.replies) == len(page.lines()) == 1
    assert received == (12, 3)
    assert meter.units == 20
    assert len(meter.calls) <= 21
