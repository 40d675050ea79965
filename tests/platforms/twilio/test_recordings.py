"""How a recording is fetched and deleted."""

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, NoAnswer, NotSent
from nightbell.platforms.twilio.recordings import LARGEST, delete_request, fetch_request, is_deleted, read_fetched
from tests.platforms.twilio.forms import OWNER

ACCESS = ApiAccess(base_url="https://api.twilio.com", version="2010-04-01", token="SK00:key", owner_id=OWNER)
SOUND = {"content-type": "audio/mpeg"}


def test_it_is_fetched_from_twilio_and_from_nowhere_else() -> None:
    request = fetch_request(ACCESS, "RE1/../../x")
    url = f"https://api.twilio.com/2010-04-01/Accounts/{OWNER}/Recordings/RE1%2F..%2F..%2Fx.mp3"
    assert (request.method, request.url, request.max_answer) == ("GET", url, LARGEST)
    assert request.headers["Authorization"].startswith("Basic ")


def test_it_is_deleted_by_its_id() -> None:
    request = delete_request(ACCESS, "RE1")
    assert (request.method, request.form) == ("DELETE", None)
    assert request.url.endswith(f"/Accounts/{OWNER}/Recordings/RE1.json")


@pytest.mark.parametrize(
    ("outcome", "body"),
    [
        (Answer(status=200, headers=SOUND, body=b"ID3"), b"ID3"),
        (Answer(status=200, headers=SOUND, body=b""), None),
        (Answer(status=200, headers=SOUND, body=b"ID3", complete=False), None),
        (Answer(status=200, headers={"content-type": "application/json"}, body=b"{}"), None),
        (Answer(status=302, headers=SOUND, body=b"x"), None),
        (Answer(status=404, headers={}, body=b""), None),
        (Answer(status=500, headers=SOUND, body=b"x"), None),
        (NoAnswer(error="reset"), None),
        (NotSent(error="refused"), None),
    ],
)
def test_only_a_whole_recording_is_taken(outcome: HttpOutcome, body: bytes | None) -> None:
    assert read_fetched(outcome) == body


@pytest.mark.parametrize(
    ("outcome", "deleted"),
    [
        (Answer(status=204, headers={}, body=b""), True),
        (Answer(status=404, headers={}, body=b""), True),
        (Answer(status=200, headers={}, body=b""), False),
        (Answer(status=401, headers={}, body=b""), False),
        (Answer(status=500, headers={}, body=b""), False),
        (NoAnswer(error="reset"), False),
    ],
)
def test_it_is_gone_when_twilio_says_so(outcome: HttpOutcome, *, deleted: bool) -> None:
    assert is_deleted(outcome) is deleted
