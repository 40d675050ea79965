import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Attachment, Broken, Delivery, Event, Message, MessageRole, Noise, Unknown
from nightbell.platforms.google.push import read_delivery
from tests.platforms.fixtures import RECEIVED_AT

NAME = "accounts/1055/locations/7788/reviews/AbFvOq-x_9="
PARTS = {"locationName": "accounts/1055/locations/7788"}


def push(notice: object, **message: Any) -> dict[str, Any]:
    raw = notice if isinstance(notice, bytes) else json.dumps(notice).encode()
    told = {
        "data": base64.b64encode(raw).decode(),
        "messageId": "9001",
        "message_id": "9001",
        "publishTime": "2026-11-18T12:29:58.123456789Z",
    }
    return {"message": {**told, **message}, "subscription": "projects/p/subscriptions/s"}


def read(body: object) -> Event:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    delivery = Delivery(
        platform="google", path="", method="POST", headers={}, query={}, body=raw, received_at=RECEIVED_AT
    )
    (found,) = read_delivery(delivery)
    return found


@pytest.mark.parametrize(
    "told",
    [
        {"reviewName": NAME},
        {"reviewResourceName": NAME},
        {"review": NAME},
        {"review": {"name": NAME}},
        {**PARTS, "reviewId": "AbFvOq-x_9="},
        {**PARTS, "review": {"reviewId": "AbFvOq-x_9="}},
        {"location": PARTS["locationName"], "reviewId": "AbFvOq-x_9="},
        {"locationResourceName": PARTS["locationName"], "review": {"reviewId": "AbFvOq-x_9=", "comment": "hi"}},
    ],
)
def test_a_review_is_found_in_whatever_form_it_is_told(told: dict[str, Any]) -> None:
    found = read(push({"notificationType": "NEW_REVIEW", **told}))
    assert isinstance(found, Message)
    assert (found.kind, found.channel, found.account_id) == ("google_reviews.review", "google_reviews", "7788")
    assert (found.message_id, found.contact.contact_id, found.contact.address) == (NAME, "AbFvOq-x_9=", NAME)
    assert found.attachments == (Attachment(kind="review", reference=NAME),)
    assert (found.text, found.must_look_up, found.id_tells) == ("", True, True)
    assert found.sent_at == datetime(2026, 11, 18, 12, 29, 58, 123456, UTC)


def test_a_notice_without_a_type_is_about_the_review_that_it_names() -> None:
    assert read(push({"reviewName": NAME})).kind == "google_reviews.review"
    assert read(push({"notification_type": "UPDATED_REVIEW", "reviewName": NAME})).kind == "google_reviews.review_edit"


def test_each_change_of_a_review_has_an_identity_of_its_own() -> None:
    first = read(push({"notificationType": "UPDATED_REVIEW", "reviewName": NAME}))
    again = read(push({"notificationType": "UPDATED_REVIEW", "reviewName": NAME}, publishTime="2026-11-18T12:31:00Z"))
    later = read(push({"notificationType": "UPDATED_REVIEW", "reviewName": NAME}, messageId="9002"))
    older = read(push({"notificationType": "UPDATED_REVIEW", "reviewName": NAME}, messageId=None))
    assert isinstance(first, Message)
    assert isinstance(again, Message)
    assert isinstance(later, Message)
    assert isinstance(older, Message)
    assert first.role is MessageRole.CHANGE
    assert first.attachments[0] == Attachment(kind="edit_of", reference=NAME)
    assert first.message_id == again.message_id == older.message_id != later.message_id


@pytest.mark.parametrize(
    "notice",
    [
        {"notificationType": "NEW_REVIEW"},
        {"notificationType": "NEW_REVIEW", "reviewName": "reviews/1"},
        {"notificationType": "NEW_REVIEW", "reviewName": f"{NAME}/../../x"},
        {"notificationType": "NEW_REVIEW", "reviewName": f"{NAME}\n"},
        {"notificationType": "NEW_REVIEW", "reviewName": NAME.replace("7788", "..")},
        {"notificationType": "UPDATED_REVIEW", **PARTS, "reviewId": "a?b"},
        {"notificationType": "UPDATED_REVIEW", **PARTS, "reviewId": None},
        {},
    ],
)
def test_a_review_that_cannot_be_named_raises_an_alarm(notice: dict[str, Any]) -> None:
    assert read(push(notice)) == Noise(kind="google_reviews.no_review", channel="google_reviews", alarm=True)


@pytest.mark.parametrize("kind", ["GOOGLE_UPDATE", "NEW_QUESTION", "VOICE_OF_MERCHANT_UPDATED"])
def test_other_notices_are_counted(kind: str) -> None:
    assert read(push({"notificationType": kind, **PARTS})).kind == "google_reviews.other_notice"


def test_a_type_that_nobody_declared_is_told() -> None:
    kind = "google_reviews.new_scent"
    assert read(push({"notificationType": "NEW_SCENT", "reviewName": NAME})) == Unknown(
        kind=kind, channel="google_reviews"
    )
    assert isinstance(read(push({"notificationType": ["NEW_REVIEW"], "reviewName": NAME})), Unknown)


@pytest.mark.parametrize(
    "data", ["dGVzdA==", "", "%%", None, 5, "W10=", "e30", "dGVzdA== ", base64.b64encode(b"\xff").decode()]
)
def test_a_message_that_holds_no_notice_is_counted(data: object) -> None:
    assert read(push({}, data=data)).kind == "google_reviews.not_a_notice"


@pytest.mark.parametrize("ids", [{"messageId": None, "message_id": None}, {"messageId": [1]}])
def test_a_message_without_an_id_is_kept_as_it_came(ids: dict[str, Any]) -> None:
    body = push({"notificationType": "NEW_REVIEW", "reviewName": NAME}, **ids)
    found = read(body)
    assert isinstance(found, Broken)
    assert json.loads(found.raw) == body
    assert read(found.raw.encode()) == found


@pytest.mark.parametrize("body", [{}, [], {"message": []}, {"message": None}, {"data": "dGVzdA=="}])
def test_what_is_no_push_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstoodError):
        read(body)
