import json
from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    Button,
    NoAnswer,
    OutboundText,
    RecoveryClass,
    Sender,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.meta.graph_api import make_proof
from nightbell.platforms.registry import CHANNELS, SENDERS
from tests.platforms.meta.test_sending import judged, refusal

ACCESS = ApiAccess(base_url="https://graph.example", version="v26.0", token="EAAG-token", app_secret="a" * 32)
PAGE, INSTAGRAM = "104200000000017", "17841000000000042"
LINE = OutboundText(account_id=PAGE, address="5001_9001", text="Danke, wir melden uns!", tag="nightbell.1.1.k")
COMMENTS, REPLIES = SENDERS["facebook_comments"], SENDERS["instagram_comments"]
TO_PAGE, TO_INSTAGRAM = SENDERS["facebook_private_reply"], SENDERS["instagram_private_reply"]


def sent(sender: Sender, address: str, account_id: str = PAGE) -> tuple[str, object]:
    request = sender.send_request(replace(LINE, address=address, account_id=account_id), ACCESS)
    assert request.method == "POST"
    assert request.headers == {"Authorization": "Bearer EAAG-token"}
    assert request.query == {"appsecret_proof": make_proof("EAAG-token", "a" * 32)}
    return request.url.removeprefix("https://graph.example/v26.0/"), request.json


# In public


def test_a_line_is_posted_below_the_comment() -> None:
    assert sent(COMMENTS, "5001_9001") == ("5001_9001/comments", {"message": LINE.text})
    assert sent(REPLIES, "17900000000000001") == ("17900000000000001/replies", {"message": LINE.text})


@pytest.mark.parametrize(("said", "comment"), [("1790", {}), ("1791", {"comment_id": "1791"})])
def test_a_line_below_somebody_elses_post_goes_by_the_account(said: str, comment: dict[str, str]) -> None:
    """Which is not the Page that sends for it."""
    outbound = replace(LINE, address=said, about={"mentioned_in": "1790"})
    request = REPLIES.send_request(outbound, replace(ACCESS, owner_id=INSTAGRAM))
    assert request.url == f"https://graph.example/v26.0/{INSTAGRAM}/mentions"
    assert request.json == {"media_id": "1790", **comment, "message": LINE.text}


def test_a_line_to_a_visitors_post_is_posted_below_the_post() -> None:
    assert sent(COMMENTS, f"{PAGE}_7001") == (f"{PAGE}_7001/comments", {"message": LINE.text})


def test_a_line_to_an_answer_is_posted_below_the_comment_above_where_it_is_found_again() -> None:
    for sender, edge in ((COMMENTS, "comments"), (REPLIES, "replies")):
        where, _ = sent(sender, "17900000000000001/17900000000000002")
        assert where == f"17900000000000001/{edge}"
        read = sender.read_back_request("17900000000000001/17900000000000002", PAGE, ACCESS)
        assert read.url == f"https://graph.example/v26.0/17900000000000001/{edge}"


@pytest.mark.parametrize("sender", [COMMENTS, REPLIES], ids=["facebook", "instagram"])
def test_a_line_holds_no_tag_that_everybody_could_read(sender: Sender) -> None:
    assert LINE.tag not in json.dumps(sent(sender, "5001_9001"))


@pytest.mark.parametrize("sender", [COMMENTS, REPLIES], ids=["facebook", "instagram"])
def test_a_posted_line_tells_its_id(sender: Sender) -> None:
    answer = Answer(status=200, headers={}, body=b'{"id":"5001_9009"}')
    assert sender.verdict(answer) == Verdict(kind=VerdictKind.SENT, message_id="5001_9009")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ((100, 33), VerdictKind.REFUSED),
        ((100,), VerdictKind.REFUSED),
        ((190, 463), VerdictKind.TOKEN_DEAD),
        ((200,), VerdictKind.NOT_PERMITTED),
        ((10,), VerdictKind.NOT_PERMITTED),
        ((283,), VerdictKind.NOT_PERMITTED),
        ((368, 1390008), VerdictKind.ACCOUNT_BLOCKED),
        ((368, 1346003), VerdictKind.ACCOUNT_BLOCKED),
        ((506,), VerdictKind.SENT),
        ((1705,), VerdictKind.REFUSED),
        ((1,), VerdictKind.UNKNOWN),
        ((2,), VerdictKind.UNKNOWN),
        ((4,), VerdictKind.NOT_SENT),
        ((17,), VerdictKind.NOT_SENT),
        ((32,), VerdictKind.NOT_SENT),
        ((613,), VerdictKind.NOT_SENT),
        ((80001,), VerdictKind.NOT_SENT),
        ((80002,), VerdictKind.NOT_SENT),
        ((987654,), VerdictKind.REFUSED),
    ],
)
@pytest.mark.parametrize("channel", ["facebook_comments", "instagram_comments"])
def test_the_codes_of_comments_are_judged(channel: str, error: tuple[int, ...], kind: VerdictKind) -> None:
    code, subcode = (*error, None)[:2]
    assert judged(CHANNELS[channel], code, subcode) is kind


def test_a_comment_that_is_gone_is_refused_in_plain_words() -> None:
    verdict = COMMENTS.verdict(refusal(100, 33))
    assert (verdict.code, verdict.reason) == ("100/33", "it is no longer there, or nobody but its author sees it")


@pytest.mark.parametrize(("channel", "most"), [("facebook_comments", 8000), ("instagram_comments", 2200)])
def test_a_comment_has_a_longest_text_no_window_and_no_buttons(channel: str, most: int) -> None:
    public = CHANNELS[channel]
    assert (public.form.max_text, public.form.max_choices, public.reply_window) == (most, 0, None)
    assert public.retry_window == timedelta(hours=36)


# In private


def test_a_private_reply_goes_to_the_very_comment_with_our_tag() -> None:
    assert sent(TO_PAGE, "5001_9001/5001_9002") == (
        f"{PAGE}/messages",
        {
            "recipient": {"comment_id": "5001_9002"},
            "messaging_type": "RESPONSE",
            "message": {"text": LINE.text, "metadata": LINE.tag},
        },
    )


def test_a_private_reply_to_a_visitors_post_names_the_post() -> None:
    _, body = sent(TO_PAGE, f"{PAGE}_7001")
    assert isinstance(body, dict)
    assert body["recipient"] == {"post_id": f"{PAGE}_7001"}


@pytest.mark.parametrize("account_id", [INSTAGRAM, PAGE], ids=["instagram login", "facebook login"])
def test_a_private_reply_on_instagram_goes_to_the_comment_by_either_login(account_id: str) -> None:
    assert sent(TO_INSTAGRAM, "17900000000000001/17900000000000002", account_id) == (
        f"{account_id}/messages",
        {"recipient": {"comment_id": "17900000000000002"}, "message": {"text": LINE.text}},
    )


@pytest.mark.parametrize("sender", [TO_PAGE, TO_INSTAGRAM], ids=["messenger", "instagram"])
def test_a_private_reply_offers_the_choices_of_its_channel(sender: Sender) -> None:
    outbound = replace(LINE, buttons=(Button(title="Here", payload="here"),))
    body = sender.send_request(outbound, ACCESS).json
    assert isinstance(body, dict)
    assert body["message"]["quick_replies"] == [{"content_type": "text", "title": "Here", "payload": "here"}]


@pytest.mark.parametrize("sender", [TO_PAGE, TO_INSTAGRAM], ids=["messenger", "instagram"])
def test_a_private_reply_tells_who_the_contact_is_in_private(sender: Sender) -> None:
    answer = Answer(status=200, headers={}, body=b'{"recipient_id":"7700000000000421","message_id":"m_1"}')
    wanted = Verdict(kind=VerdictKind.SENT, message_id="m_1", recipient_id="7700000000000421")
    assert sender.verdict(answer) == wanted


@pytest.mark.parametrize("body", [b"", b"{}", b'{"recipient_id":7,"message_id":[]}', b'{"recipient_id":""}'])
def test_a_private_reply_without_ids_is_still_sent(body: bytes) -> None:
    assert TO_PAGE.verdict(Answer(status=200, headers={}, body=body)) == Verdict(kind=VerdictKind.SENT)


def test_a_private_reply_is_tried_again_since_a_second_one_counts_as_sent() -> None:
    assert (TO_PAGE.recovery, TO_INSTAGRAM.recovery) == (RecoveryClass.ONE_SHOT, RecoveryClass.ONE_SHOT)
    assert TO_PAGE.verdict(NoAnswer(error="reset")).kind is VerdictKind.UNKNOWN
    again = TO_PAGE.verdict(refusal(10900))
    assert (again.kind, again.code, again.recipient_id) == (VerdictKind.SENT, "10900", None)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ((10900,), VerdictKind.SENT),
        ((10901,), VerdictKind.REFUSED),
        ((10902,), VerdictKind.REFUSED),
        ((10903,), VerdictKind.REFUSED),
        ((100, 2534025), VerdictKind.REFUSED),
        ((100, 33), VerdictKind.REFUSED),
        ((10, 2018278), VerdictKind.REFUSED),
        ((551,), VerdictKind.REFUSED),
        ((190,), VerdictKind.TOKEN_DEAD),
        ((10,), VerdictKind.NOT_PERMITTED),
        ((200,), VerdictKind.NOT_PERMITTED),
        ((230,), VerdictKind.NOT_PERMITTED),
        ((299,), VerdictKind.NOT_PERMITTED),
        ((10904,), VerdictKind.ACCOUNT_BLOCKED),
        ((368,), VerdictKind.ACCOUNT_BLOCKED),
        ((613,), VerdictKind.NOT_SENT),
        ((80006,), VerdictKind.NOT_SENT),
        ((1200,), VerdictKind.UNKNOWN),
    ],
)
@pytest.mark.parametrize("sender", [TO_PAGE, TO_INSTAGRAM], ids=["messenger", "instagram"])
def test_the_codes_of_private_replies_are_judged(sender: Sender, error: tuple[int, ...], kind: VerdictKind) -> None:
    code, subcode = (*error, None)[:2]
    assert sender.verdict(refusal(code, subcode)).kind is kind


@pytest.mark.parametrize(
    ("sender", "most", "unit"), [(TO_PAGE, 1999, "utf16"), (TO_INSTAGRAM, 1000, "utf8_bytes")], ids=["page", "ig"]
)
def test_a_private_reply_has_seven_days_and_the_form_of_its_channel(sender: Sender, most: int, unit: str) -> None:
    assert sender.reply_window == timedelta(days=7)
    assert (sender.form.max_text, sender.form.unit) == (most, unit)
