"""Fetching a recording from Twilio, and having it deleted there.

The address is made of ids that were read letter by letter, and never the one that a callback gave: whoever can make us
call an address of theirs with our key has the key.
Source: Twilio "Recordings resource" §Fetch a Recording's media file, §Delete a Recording.
"""

from dataclasses import replace

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest
from nightbell.platforms.twilio.api import call, part

LARGEST = 20_000_000
"""Bytes; the three minutes that a caller has are about a tenth of it."""

_TIMEOUT_S = 20.0
_OK, _NO_CONTENT, _NOT_FOUND = 200, 204, 404


def fetch_request(access: ApiAccess, recording_id: str) -> HttpRequest:
    """Describe the call that brings the recording as MP3."""
    request = call(access, f"Recordings/{part(recording_id)}.mp3")
    return replace(request, timeout_s=_TIMEOUT_S, max_answer=LARGEST)


def read_fetched(outcome: HttpOutcome) -> bytes | None:
    """Read the recording; ``None`` where it is not there, not yet, or not whole."""
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return None
    is_sound = outcome.headers.get("content-type", "").startswith("audio/")
    return outcome.body if is_sound and outcome.body else None


def delete_request(access: ApiAccess, recording_id: str) -> HttpRequest:
    """Describe the call that deletes the recording at Twilio."""
    return replace(call(access, f"Recordings/{part(recording_id)}.json"), method="DELETE")


def is_deleted(outcome: HttpOutcome) -> bool:
    """Tell whether Twilio has it no longer, since now or before."""
    return isinstance(outcome, Answer) and outcome.status in {_NO_CONTENT, _NOT_FOUND}
