"""What SES says about a mail that we sent: accepted, delivered, bounced, called spam.

Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS". Only what a
configuration set publishes has our tags; what an identity publishes has none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from nightbell.domain.events import Event, OptOut, Outcome, Settlement, Unknown
from nightbell.platforms.email.addresses import normal
from nightbell.platforms.email.facts import account_of, destinations, moment
from nightbell.platforms.email.rows import CHANNEL, ROWS, TABLE
from nightbell.platforms.email.tags import CONTACT_NAME, CONVERSATION_NAME, TAG_NAME, read_id, read_tag
from nightbell.platforms.reading.fields import (
    Fields,
    fields,
    label,
    member,
    optional_list,
    optional_member,
    optional_text,
)

_UNCLEAR = ("transient", "general")
"""Source: ibid., bounce types: an out-of-office answer may come as this."""

_Read = Callable[[Fields, str], list[Event]]


def read_feedback(notification: Fields, name: str, received_at: datetime) -> list[Event]:
    """Read one event about a mail of ours.

    Raises:
        ShapeError: It lacks what every event of its kind has.
    """
    kind = f"email.event.{label(name)}"
    mail = member(notification, "mail")
    if kind == "email.event.complaint":
        return _complaint(notification, mail, kind, received_at)
    if kind == "email.event.bounce" and _is_unclear(notification):
        return [TABLE.noise("email.event.bounce_unclear", CHANNEL)]
    if kind not in ROWS:
        return [Unknown(kind=kind, channel=CHANNEL)]
    outcome = _OUTCOMES.get(kind)
    if outcome is None:
        return [TABLE.noise(kind, CHANNEL)]
    tag = _tag(mail)
    if tag is None:
        return [TABLE.noise("email.event_of_others", CHANNEL)]
    return [_settlement(notification, mail, kind, tag)]


_OUTCOMES: Mapping[str, Outcome] = {
    "email.event.send": Outcome.SEEN,
    "email.event.delivery": Outcome.SEEN,
    "email.event.bounce": Outcome.FAILED,
    "email.event.reject": Outcome.FAILED,
}


def _settlement(notification: Fields, mail: Fields, kind: str, tag: str) -> Settlement:
    outcome = _OUTCOMES[kind]
    return Settlement(
        kind=kind,
        channel=CHANNEL,
        account_id=account_of(mail),
        contact_ids=_contacts(mail),
        tag=tag,
        outcome=outcome,
        detail=_why(notification) if outcome is Outcome.FAILED else "",
        conversation=next(filter(None, map(read_id, _values(mail, CONVERSATION_NAME))), ""),
    )


def _complaint(notification: Fields, mail: Fields, kind: str, received_at: datetime) -> list[Event]:
    """Heed the contact of a mail that we sent by ourselves; the operator hears of any."""
    alarm = TABLE.noise("email.complaint", CHANNEL)
    if _tag(mail) is None:
        return [alarm]
    at = moment(optional_member(notification, "complaint").get("timestamp"), received_at)
    heeded = OptOut(
        kind=kind, channel=CHANNEL, account_id=account_of(mail), contact_ids=_contacts(mail), opted_out=True, at=at
    )
    return [heeded, alarm]


def _is_unclear(notification: Fields) -> bool:
    bounce = member(notification, "bounce")
    words = (optional_text(bounce, "bounceType").lower(), optional_text(bounce, "bounceSubType").lower())
    return words == _UNCLEAR


def _contacts(mail: Fields) -> tuple[str, ...]:
    """Under which the conversation may be filed: the writer's address may be another than the one we answered."""
    told = (read_id(value) for value in _values(mail, CONTACT_NAME))
    known = (normal(each) for each in told if each is not None)
    return tuple(dict.fromkeys([*(each for each in known if each is not None), *destinations(mail)]))


def _tag(mail: Fields) -> str | None:
    return next((tag for value in _values(mail, TAG_NAME) if (tag := read_tag(value)) is not None), None)


def _values(mail: Fields, name: str) -> list[str]:
    return [value for value in optional_list(optional_member(mail, "tags"), name) if isinstance(value, str)]


def _why(notification: Fields) -> str:
    """Say in SES's own words what went wrong; diagnostic texts of other servers may name people, and stay out."""
    bounce, reject = optional_member(notification, "bounce"), optional_member(notification, "reject")
    statuses = [
        optional_text(fields(each, "a recipient"), "status") for each in optional_list(bounce, "bouncedRecipients")
    ]
    parts = (optional_text(bounce, "bounceType"), optional_text(bounce, "bounceSubType"), *statuses[:1])
    return " ".join(filter(None, (*parts, optional_text(reject, "reason"))))[:200]
