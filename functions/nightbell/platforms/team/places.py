"""How a bulletin is sent to a place, and what the answer means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from nightbell.domain.bulletin import Bulletin
from nightbell.domain.team_place import TeamPlace
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.platforms.standard.answers import wait_of
from nightbell.platforms.team import mail, slack, teams

TIMEOUT_S = 8.0
SES = "https://email.{region}.amazonaws.com"
_SES_PATH = "/v2/email/outbound-emails"
_BODIES: Mapping[str, Callable[[Bulletin], object]] = {"slack": slack.body, "teams": teams.body}
_ASKS_FOR_FEWER = 429
_GONE = frozenset({400, 401, 403, 404, 405, 410})
"""No time mends these: an address that was revoked, a channel that was archived, a form that is not taken.

Slack says 403 ``no_service``, ``invalid_token`` and ``action_prohibited``, 404 ``channel_not_found``, 410
``channel_is_archived`` (changelog 2016-05-17, "Improving error conditions for Incoming Webhooks")."""
_SAID = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a try.

    Attributes:
        because: Why not, in words without an address; empty where it was taken.
        wait: How long the place asks us to wait.
        lasts: Whether trying again alone helps nothing.
    """

    because: str = ""
    wait: timedelta = timedelta(0)
    lasts: bool = False


def is_address(kind: str, url: str) -> bool:
    """Tell whether an address is one that the vendor gives out: whoever may write a secret reaches no other place."""
    parts = urlsplit(url) if url.isascii() and url.isprintable() and " " not in url else urlsplit("")
    host = (parts.netloc or "").lower()
    if parts.scheme != "https" or "{" in url:
        return False
    if kind == "slack":
        return host in slack.HOSTS and parts.path.startswith("/services/")
    bare = host.removesuffix(":443")
    return any(bare.endswith(ending) for ending in teams.HOSTS) and set(bare) <= _OF_A_HOST


def is_retired(url: str) -> bool:
    """Tell whether it is an address of a connector that Microsoft has retired."""
    return any(f"{ending}/" in url.lower() for ending in teams.RETIRED)


_OF_A_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


def request(place: TeamPlace, bulletin: Bulletin, url: str, stand_in: str = "") -> HttpRequest:
    """Describe one try.

    Args:
        place: Where to.
        bulletin: What.
        url: Of the channel, which is a secret; empty for a mail.
        stand_in: Where the vendors are simulated, each below its own name; empty where they are at home.
    """
    if place.kind == "email":
        base = f"{stand_in}/email" if stand_in else SES
        told = mail.body(bulletin, place)
        return HttpRequest(method="POST", url=base + _SES_PATH, json=told, aws="ses", timeout_s=TIMEOUT_S)
    told_there = _BODIES[place.kind](bulletin)
    return HttpRequest(
        method="POST",
        url=_moved(place.kind, url, stand_in),
        json=told_there,
        public_only=not stand_in,
        max_answer=1000,
        timeout_s=TIMEOUT_S,
    )


def _moved(kind: str, url: str, stand_in: str) -> str:
    if not stand_in:
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{stand_in}/{kind}{parts.path}{query}"


def taken(outcome: HttpOutcome) -> Taken:
    """Judge a try. What a vendor says is shown only where it is one of its words, never where it repeats ours."""
    match outcome:
        case NotSent(error=error):
            return Taken(because=f"not reached ({error})")
        case NoAnswer(error=error):
            return Taken(because=f"no answer ({error})")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            return Taken()
        case Answer():
            return Taken(
                because=f"status {outcome.status}{_word(outcome)}",
                wait=wait_of(outcome, timedelta(0)),
                lasts=outcome.status in _GONE,
            )


def _word(answer: Answer) -> str:
    """Take Slack's one-word answers and SES's error's name; nothing longer, which may repeat anything."""
    named = answer.headers.get("x-amzn-errortype", "").partition(":")[0].encode()
    said = (named or answer.body.strip())[: _SAID + 1]
    is_word = 0 < len(said) <= _SAID and said.replace(b"_", b"").isalnum() and said.isascii()
    return f" {said.decode()}" if is_word else ""
