"""Looking up what a review says, and what Google's answers about reviews mean.

Source: Business Profile APIs "REST Resource: accounts.locations.reviews".
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, LookedUp
from nightbell.platforms.google.push import REVIEW, is_review
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.reading.times import optional_time

TIMEOUT_S = 8.0

_OK = 200
_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_MOST_STARS = 5
_UNHAPPY_STARS = 2


class ReviewLookUp:
    """Reviews; see :class:`nightbell.platforms.channel.LookUp`."""

    def look_up_request(self, references: Mapping[str, str], account_id: str, access: ApiAccess) -> HttpRequest | None:  # noqa: ARG002 - the review's name holds the account
        """Describe the call that reads the review."""
        name = references.get(REVIEW, "")
        return get(name, access) if is_review(name) else None

    def read_look_up(self, outcome: HttpOutcome) -> LookedUp | None:
        """Read stars, words and author; one or two stars complain, whatever the words are."""
        review = read_review(outcome)
        stars = _STARS.get(str(review.get("starRating")), 0)
        comment = review.get("comment")
        shown = ("★" * stars).ljust(_MOST_STARS, "☆") if stars else ""
        words = f"{shown} {comment if isinstance(comment, str) else ''}".strip()
        if not words:
            return None
        return LookedUp(
            text=words,
            author=_author(review.get("reviewer")),
            is_complaint=0 < stars <= _UNHAPPY_STARS,
            answered_at=_answered_at(review),
        )


def get(name: str, access: ApiAccess) -> HttpRequest:
    """Describe the call that reads a review."""
    return HttpRequest(method="GET", url=address_of(name, access), headers=authorization(access), timeout_s=TIMEOUT_S)


def address_of(name: str, access: ApiAccess) -> str:
    """Write a review's address; what is no review's name stays one part of it."""
    return f"{access.base_url}/{access.version}/{name if is_review(name) else quote(name, safe='')}"


def authorization(access: ApiAccess) -> dict[str, str]:
    """Write the header with the token."""
    return {"Authorization": f"Bearer {access.token}"}


def read_review(outcome: HttpOutcome) -> Fields:
    """Read a review out of an answer; empty where it holds none."""
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return {}
    try:
        body = read_json(outcome.body)
    except NotUnderstoodError:
        return {}
    return body if isinstance(body, dict) else {}


def _author(reviewer: object) -> str | None:
    told = reviewer if isinstance(reviewer, dict) else {}
    name = told.get("displayName")
    return name if isinstance(name, str) and name and told.get("isAnonymous") is not True else None


def _answered_at(review: Fields) -> datetime | None:
    """Tell when the business answered what the review says now; an answer to what it said before counts for nothing."""
    reply = review.get("reviewReply")
    answered = optional_time(reply.get("updateTime")) if isinstance(reply, dict) else None
    written = optional_time(review.get("updateTime") or review.get("createTime"))
    return answered if answered and written and answered >= written else None
