"""What `nightbell queue peek` shows of a conversation that stands in public."""

from typing import Any
from zoneinfo import ZoneInfo

from infra.cli.queue import lines

MESSAGE: dict[str, Any] = {
    "conversation_id": "C#facebook_comments.1.post%2F7",
    "channel": "facebook_comments",
    "contact": {"id": "7", "display_name": "Ada"},
    "kind": "question",
    "waiting_count": 2,
    "held_by": None,
    "first_message_at": "2026-11-23T09:10:00Z",
    "priority": {"score": 15, "reasons": ["The line in public stands, but the platform refused the private reply."]},
    "acknowledgement": {"state": "refused", "promised_by": None},
}


def shown(**more: Any) -> str:
    return "\n".join(lines(MESSAGE | more, ZoneInfo("Europe/Madrid")))


def test_times_are_on_the_brands_clock_as_the_customer_was_told_them() -> None:
    promised = {"state": "acknowledged", "promised_by": "2026-11-23T10:10:00Z"}
    assert "since Mon 23 Nov 10:10 CET; acknowledged, promised by Mon 23 Nov 11:10 CET" in shown(
        acknowledgement=promised
    )


def test_a_line_that_stands_is_shown_beside_the_refused_reply() -> None:
    said = {"state": "acknowledged", "text": "Thanks! \x1b[2J", "comment_id": "9", "reason": None}
    text = shown(public_line=said, via=None)
    assert "; refused" in text
    assert "in public: acknowledged: Thanks! " in text
    assert "\x1b[2J" not in text


def test_where_the_contact_went_on_is_shown() -> None:
    assert "Ada on facebook_comments, now on messenger: question" in shown(public_line=None, via="messenger")


def test_a_message_from_before_there_was_anything_in_public_is_shown_as_ever() -> None:
    assert "in public:" not in shown()
    assert "Ada on facebook_comments: question, 2 waiting" in shown()
