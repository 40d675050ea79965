"""What the contract suite sends through a relay."""

from datetime import UTC, datetime

from nightbell.platforms.channel import ApiAccess, VerdictKind
from tests.platforms.sending import Sample

SAMPLE = Sample(
    access=ApiAccess(
        base_url="https://api.example/nightbell/reply",
        version="",
        token="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",  # pragma: allowlist secret
        at=datetime(2026, 11, 18, 12, 30, tzinfo=UTC),
    ),
    verdicts={409: VerdictKind.SENT, 410: VerdictKind.NOT_PERMITTED},
)
