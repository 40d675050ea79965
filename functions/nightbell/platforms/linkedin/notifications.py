"""The envelope: up to ten notifications about what happened around one or several organisations.

Source: LinkedIn "Organization Social Action Notifications" §Webhook payload.
"""

from collections.abc import Mapping
from datetime import datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Event
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.linkedin.comments import build_change, build_message, build_outside_answer, is_own
from nightbell.platforms.linkedin.rows import TABLE
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, label, text

CHANNEL = "linkedin"
TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"

ACTIONS = ("COMMENT", "COMMENT_EDIT", "COMMENT_DELETE", "SHARE_MENTION", "ADMIN_COMMENT", "LIKE", "SHARE")


def read_delivery(body: bytes, received_at: datetime) -> list[Event]:
    """Read every notification, in its order.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or not the envelope.
    """
    envelope = read_json(body)
    if not isinstance(envelope, dict) or not isinstance(name := envelope.get("type"), str):
        raise NotUnderstoodError("the body is not an envelope: it names no type")
    if name != TYPE:
        return [TABLE.noise("linkedin.foreign", CHANNEL, label(name))]
    items = envelope.get("notifications")
    if not isinstance(items, list):
        raise NotUnderstoodError("the body is not an envelope: it has no list of notifications")
    # Whose it is, each notification says.
    place = Place(channel=CHANNEL, account_id="", received_at=received_at, alone=_alone)
    return [TABLE.read_item(item, place, _name, _BUILD) for item in items] or [TABLE.noise("linkedin.empty", CHANNEL)]


def _alone(item: object) -> object:
    return {"type": TYPE, "notifications": [item]}


def _name(item: Fields, _: Place) -> str:
    action = text(item, "action")
    if action not in ACTIONS:
        raise UndeclaredError(f"linkedin.{label(action)}")
    return "linkedin.admin_comment" if action == "COMMENT" and is_own(item) else f"linkedin.{action.lower()}"


_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_message,
    Consequence.CHANGE: build_change,
    Consequence.OUTSIDE_ANSWER: build_outside_answer,
    Consequence.NOISE: TABLE.build_noise,
}
