"""What a person writes when the 24 hours are over, and that nothing else ever leaves under that mark."""

from dataclasses import replace
from typing import Any

import pytest

from nightbell.platforms.channel import OutboundText, Sender
from nightbell.platforms.meta.instagram_channel import InstagramDirect
from nightbell.platforms.meta.messenger_channel import Messenger
from nightbell.platforms.meta.private_senders import FACEBOOK_PRIVATE_REPLY, INSTAGRAM_PRIVATE_REPLY
from tests.platforms.meta.test_sending import ACCESS, HELLO

IN_TIME = replace(HELLO, by_person=True)
LATE = replace(HELLO, by_person=True, outside_window=True)
MARK = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def body_of(sender: Sender, outbound: OutboundText) -> Any:
    return sender.send_request(outbound, ACCESS).json


def test_a_person_answers_late_under_the_mark_for_people() -> None:
    assert body_of(Messenger(), LATE) == {
        "recipient": {"id": "7700000000000421"},
        **MARK,
        "message": {"text": "Hello", "metadata": "nightbell.1.1.k"},
    }
    assert body_of(InstagramDirect(), LATE) == {
        "recipient": {"id": "7700000000000421"},
        **MARK,
        "message": {"text": "Hello"},
    }


@pytest.mark.parametrize("sender", [Messenger(), InstagramDirect()], ids=lambda sender: sender.name)
def test_a_person_in_time_answers_as_usual(sender: Sender) -> None:
    assert body_of(sender, IN_TIME) == body_of(sender, HELLO)


@pytest.mark.parametrize("sender", [FACEBOOK_PRIVATE_REPLY, INSTAGRAM_PRIVATE_REPLY], ids=lambda sender: sender.name)
def test_a_private_reply_has_seven_days_of_its_own(sender: Sender) -> None:
    assert body_of(sender, LATE) == body_of(sender, HELLO)


def test_what_nobody_wrote_cannot_even_be_described_as_late() -> None:
    with pytest.raises(ValueError, match="only what a person wrote"):
        replace(HELLO, outside_window=True)
