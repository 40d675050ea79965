"""What Cloud Pub/Sub pushes: one message of a topic, and in it one notice about a business's profile.

Sources: Google Cloud "Push subscriptions" §Receive messages, for the envelope; Business Profile "Real-time
notifications" and the enumeration ``NotificationType`` for what is told. The notice's own JSON is not published, and
bodies that were seen differ: so it is read tolerantly, and only as a hint at which review to look up.
"""

import re
from collections.abc import Mapping
from functools import partial

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Attachment, Contact, Delivery, Event, Message
from nightbell.platforms.google.consequences import TABLE
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.compare import strict_base64
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, identifier, label, optional_identifier
from nightbell.platforms.reading.times import time_of

CHANNEL = "google_reviews"
REVIEW = "review"
"""Kind of the attachment whose reference names the review to look up."""

_NAME = re.compile(r"accounts/[0-9]{1,30}/locations/([0-9]{1,30})/reviews/([A-Za-z0-9_=-]{1,256})")
_REVIEWS = {"NEW_REVIEW": "google_reviews.review", "UPDATED_REVIEW": "google_reviews.review_edit"}
_OTHERS = frozenset(
    {"GOOGLE_UPDATE", "NEW_CUSTOMER_MEDIA", "DUPLICATE_LOCATION", "LOSS_OF_VOICE_OF_MERCHANT"}
    | {"VOICE_OF_MERCHANT_UPDATED", "NEW_QUESTION", "UPDATED_QUESTION", "NEW_ANSWER", "UPDATED_ANSWER"}
)
"""Questions and answers ended in November 2025; notices of them may still be asked for."""


def read_delivery(delivery: Delivery) -> list[Event]:
    """Read the one message.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or not the envelope.
    """
    envelope = read_json(delivery.body)
    message = envelope.get("message") if isinstance(envelope, dict) else None
    if not isinstance(envelope, dict) or not isinstance(message, dict):
        raise NotUnderstoodError("the body is not an envelope: it holds no message")
    notice = _read_notice(message.get("data"))
    if notice is None:
        return [TABLE.noise("google_reviews.not_a_notice", CHANNEL)]
    name = find_review(notice)
    place = Place(
        channel=CHANNEL,
        account_id=location_of(name),
        received_at=delivery.received_at,
        alone=lambda part: {**envelope, "message": part},
    )
    build = partial(_build, name)
    builds: Mapping[Consequence, Build] = {
        Consequence.MESSAGE: build,
        Consequence.CHANGE: build,
        Consequence.ALARM: TABLE.build_noise,
        Consequence.NOISE: TABLE.build_noise,
    }
    return [TABLE.read_item(message, place, lambda _item, _place: _name_kind(notice, name), builds)]


def _read_notice(data: object) -> Fields | None:
    raw = strict_base64(data) if isinstance(data, str) else None
    try:
        notice = read_json(raw) if raw else None
    except NotUnderstoodError:
        return None
    return notice if isinstance(notice, dict) else None


def _name_kind(notice: Fields, name: str) -> str:
    told = notice.get("notificationType", notice.get("notification_type"))
    # A notice that names a review and no type is about a review, whatever else it is.
    kind = "NEW_REVIEW" if told is None else str(told)
    if kind in _OTHERS:
        return "google_reviews.other_notice"
    found = _REVIEWS.get(kind)
    if found is None:
        raise UndeclaredError(f"{CHANNEL}.{label(kind)}")
    return found if name else "google_reviews.no_review"


def find_review(notice: Fields) -> str:
    """Find the review's full name in whatever form it is told; empty where it is not."""
    review = notice.get("review")
    told = review if isinstance(review, dict) else {}
    location = next((notice[key] for key in ("locationName", "locationResourceName", "location") if key in notice), "")
    review_id = told.get("reviewId", notice.get("reviewId"))
    candidates = (
        notice.get("reviewName"),
        notice.get("reviewResourceName"),
        review,
        told.get("name"),
        f"{location}/reviews/{review_id}" if isinstance(review_id, str) else None,
    )
    return next((name for name in candidates if isinstance(name, str) and _NAME.fullmatch(name)), "")


def is_review(name: str) -> bool:
    """Tell whether this is the full name of a review, and nothing beside it."""
    return _NAME.fullmatch(name) is not None


def location_of(name: str) -> str:
    """Take the location's id out of a review's name; empty where there is none."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def _build(name: str, kind: str, message: Fields, place: Place) -> Message:
    published = optional_identifier(message, "messageId") or identifier(message, "message_id")
    is_edit = kind.endswith("_edit")
    changed = (Attachment(kind="edit_of", reference=name),) if is_edit else ()
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        # Nobody says who wrote it; who reviews twice changes the one review.
        contact=Contact(contact_id=name.rpartition("/")[2], address=name),
        message_id=f"{name}:edit:{published}" if is_edit else name,
        sent_at=time_of(message.get("publishTime") or message.get("publish_time"), place.received_at),
        role=TABLE.role_of(kind),
        attachments=(*changed, Attachment(kind=REVIEW, reference=name)),
        id_tells=True,
        must_look_up=True,
    )
