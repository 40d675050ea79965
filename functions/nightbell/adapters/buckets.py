"""Where what messages were made of lies, by how the keys there begin."""

from collections.abc import Mapping

from nightbell.adapters.mail_store import MailBucket
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.recording_store import RecordingBucket


def open_buckets(mails: str, recordings: str, http: PlatformHttp) -> Mapping[str, MailBucket | RecordingBucket]:
    """Open those that a stack has, by their names; empty for none."""
    found: dict[str, MailBucket | RecordingBucket] = {}
    if mails:
        found["mail"] = MailBucket(mails, http)
    if recordings:
        found["recordings"] = RecordingBucket(recordings, http)
    return found
