"""What a delivery of X holds: one event of the newer product, arrays of the older one, or news of the webhook itself.

Source: X "V2 Webhooks API" §Products that support webhooks.
"""

from datetime import datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields, ShapeError, as_json, identifier, label, member, optional_text
from nightbell.platforms.x.account_activity import is_account_activity, read_account_activity
from nightbell.platforms.x.activity import PLATFORM, read_activity, revocation
from nightbell.platforms.x.consequences import TABLE

REVOKED, REPLAY = "user_event", "replay_job_status"
_DONE = frozenset({"complete", "completed"})


def read_delivery(body: bytes, received_at: datetime) -> list[Event]:
    """Read every event, in its order.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or none of X's envelopes.
    """
    envelope = read_json(body)
    if not isinstance(envelope, dict):
        raise NotUnderstoodError("the body is not an envelope: it is no object")
    found = envelope.get("data")
    if isinstance(found, dict) and isinstance(found.get("event_type"), str):
        return read_activity(found, received_at)
    if isinstance(found, dict) and "matching_rules" in envelope:
        return [TABLE.noise("x.filtered_stream", PLATFORM)]
    if REVOKED in envelope or REPLAY in envelope:
        return [_read_news(envelope)]
    if is_account_activity(envelope):
        return read_account_activity(envelope, received_at)
    raise NotUnderstoodError("the body is not an envelope: it names neither an event nor an account")


def _read_news(envelope: Fields) -> Event:
    """Read what is told about the webhook and its permission.

    Source: X "Account Activity API" §user_event; "Account Activity API: Quickstart" §Replay job status.
    """
    name = REVOKED if REVOKED in envelope else REPLAY
    try:
        found = member(envelope, name)
        if name == REVOKED:
            return revocation(identifier(member(member(found, "revoke"), "source"), "user_id"))
        state = label(optional_text(found, "job_state"))
        return TABLE.noise("x.replay_job" if state in _DONE else "x.replay_job_failed", PLATFORM, state)
    except ShapeError as error:
        return Broken(kind=f"x.{name}", channel=PLATFORM, reason=str(error), raw=as_json({name: envelope[name]}))
