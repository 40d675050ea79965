"""How the question "how was it?" leaves on each channel, and that a tap on it is known again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.domain.acknowledgement import compose, fitted
from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.rating import ASKED, SCALE, asks_after, payload
from nightbell.domain.unit import Unit, UnitKind
from nightbell.platforms.channel import Button
from nightbell.platforms.registry import CHANNELS
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.sending import sample_of, written
from tests.unit.talk import bakery

PRIVATE = sorted(name for name, each in CHANNELS.items() if not each.is_public and each.person_window != timedelta(0))
WITH_BUTTONS = {"messenger", "instagram_direct", "line"}
ANSWER = Unit(pk="C#x.1.2", seq=1, desk=1, kind=UnitKind.PERSON_ANSWER, created_at=RECEIVED_AT)


def asked_on(name: str) -> str:
    channel = CHANNELS[name]
    account = replace(bakery(), channel=name)
    conversation = Conversation(asked=ASKED, contact_at=RECEIVED_AT)
    composed = fitted(compose(asks_after(ANSWER, 2), TextId.RATING, conversation, account, RECEIVED_AT), channel.form)
    sample = sample_of(channel.platform)
    buttons = [Button(title=each.title, payload=each.payload) for each in composed.buttons]
    outbound = replace(sample.outbound, text=composed.text, buttons=buttons, menu_title=composed.menu)
    return written(channel.send_request(outbound, sample.access))


@pytest.mark.parametrize("name", PRIVATE)
def test_the_question_says_that_a_number_is_enough_and_has_eleven_buttons_where_they_fit(name: str) -> None:
    body = asked_on(name)
    assert "10" in body
    tappable = [points for points in SCALE if payload(points) in body.split("\n")]
    assert tappable == (list(SCALE) if name in WITH_BUTTONS else [])


def test_where_all_eleven_fit_is_known() -> None:
    assert {name for name in PRIVATE if CHANNELS[name].form.max_choices >= len(SCALE)} == WITH_BUTTONS
