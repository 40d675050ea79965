"""Secrets from Parameter Store: cached, several values accepted at once, and never open when missing.

While a secret is being replaced its parameter holds both values, one a line, the new one first. To withdraw
a value, write the parameter again without it: deleting the parameter is taken for a failure, and what was
loaded before stays in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from nightbell.domain.errors import MisconfiguredError, NightbellError, UnavailableError
from nightbell.services.ports import Clock

FRESH_FOR = timedelta(minutes=5)
ASK_AGAIN_AFTER = timedelta(seconds=5)
"""Between two tries that fail; short, because an operator may be setting the secret just now."""

MIN_KEY_LENGTH = 24
"""Of a signing key (Standard Webhooks 1.0.0); Python would sign with an empty one without a word."""
_LEAST: Mapping[str, int] = {
    "app_secret": MIN_KEY_LENGTH,
    "instagram_app_secret": MIN_KEY_LENGTH,
    "consumer_secret": MIN_KEY_LENGTH,
    "auth_token/": MIN_KEY_LENGTH,
    "secret_token/": MIN_KEY_LENGTH,
    "channel_secret/": MIN_KEY_LENGTH,
    "source/": MIN_KEY_LENGTH,
    "out/": MIN_KEY_LENGTH,
    # No secret, and yet what decides whom we believe.
    "push/email": MIN_KEY_LENGTH,
    # LinkedIn and TikTok issue them, and LinkedIn's have no more.
    "client_secret": 16,
}
"""Characters of what signs deliveries, by name; one that ends in a slash is followed by an account's id."""

_OPTIONAL = ("instagram_app_secret", "auth_token/")
"""Many deployments never set these, so that one is missing is worth remembering as long as a value."""


def least_length(name: str) -> int:
    """Tell how many characters a secret must have; 0 where it signs nothing."""
    return next((least for key, least in _LEAST.items() if _is(name, key)), 0)


def _is(name: str, key: str) -> bool:
    return name.startswith(key) if key.endswith("/") else name == key


class NeverSetError(MisconfiguredError):
    """There is no such parameter."""


class SsmClient(Protocol):
    """The part of the client that we use."""

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Mapping[str, Any]:  # noqa: N803 - AWS's own words
        """Read one parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the last read of a parameter gave, and until when nobody needs to ask again."""

    values: tuple[str, ...]
    error: NightbellError | None
    asked_at: datetime
    good_for: timedelta

    def holds(self, now: datetime) -> bool:
        # A clock that was set back must not keep a secret alive.
        return timedelta(0) <= now - self.asked_at < self.good_for


class ParameterSecrets:
    """Reads ``<prefix>/<platform>/<name>``.

    Attributes:
        stale: Parameters whose last refresh failed, with the reason; their cached values are in use.
            Safe to log.
    """

    def __init__(self, client: SsmClient, prefix: str, clock: Clock) -> None:
        """Read nothing yet.

        Args:
            client: Of SSM.
            prefix: Such as ``/nightbell/prod``.
            clock: Its time of day counts, because a monotonic clock may stand still in a frozen Lambda.
        """
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._known: dict[tuple[str, str], _Known] = {}
        self.stale: dict[str, str] = {}

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        """Return every value accepted now, the current one first; never empty.

        Raises:
            MisconfiguredError: None was ever loaded, and an operator must set it; the text says how.
            UnavailableError: None was ever loaded, and the store cannot be reached; a retry is safe.
        """
        now = self._clock.now()
        known = self._known.get((platform, name))
        if known is None or not known.holds(now):
            known = self._ask(platform, name, known, now)
            self._known[platform, name] = known
        if known.error and not known.values:
            # A new one each time: an error that is raised again drags its old traceback along.
            raise type(known.error)(str(known.error)) from known.error
        return known.values

    def _ask(self, platform: str, name: str, known: _Known | None, now: datetime) -> _Known:
        parameter = f"{self._prefix}/{platform}/{name}"
        try:
            values = self._read(parameter, platform, name)
        except (MisconfiguredError, UnavailableError) as error:
            return self._failed(parameter, name, known, error, now)
        self.stale.pop(parameter, None)
        return _Known(values=values, error=None, asked_at=now, good_for=FRESH_FOR)

    def _failed(self, parameter: str, name: str, known: _Known | None, error: NightbellError, now: datetime) -> _Known:
        """Go on with what was known; of an optional secret also that there is none."""
        cached = known.values if known else ()
        had_none = known is not None and isinstance(known.error, NeverSetError)
        if any(_is(name, key) for key in _OPTIONAL) and not cached:
            if isinstance(error, NeverSetError) or (had_none and isinstance(error, UnavailableError)):
                self.stale.pop(parameter, None)
                none = error if isinstance(error, NeverSetError) else NeverSetError(str(error))
                return _Known(values=(), error=none, asked_at=now, good_for=FRESH_FOR)
            # Nobody fails for want of it, so what is wrong with it must be told here.
            self.stale[parameter] = str(error)
        if cached:
            self.stale[parameter] = str(error)
        return _Known(values=cached, error=error, asked_at=now, good_for=ASK_AGAIN_AFTER)

    def _read(self, parameter: str, platform: str, name: str) -> tuple[str, ...]:
        remedy = f"set it with: nightbell secrets set {platform} {name}"
        try:
            value = str(self._client.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"])
        except ClientError as error:
            raise _translate(error, parameter, remedy) from error
        except Exception as error:  # a corrupted answer raises what it likes
            raise UnavailableError(f"{parameter} could not be read: {type(error).__name__}") from error
        values = tuple(line.strip() for line in value.splitlines() if line.strip())
        if not values:
            raise MisconfiguredError(f"{parameter} is empty; {remedy}")
        if min(map(len, values)) < least_length(name):
            raise MisconfiguredError(f"{parameter} holds a value under {least_length(name)} characters; {remedy}")
        return values


def _translate(error: ClientError, parameter: str, remedy: str) -> NightbellError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code.endswith("ParameterNotFound"):
        return NeverSetError(f"{parameter} was never set; {remedy}")
    if code in {"AccessDeniedException", "ValidationException", "InvalidKeyId"}:
        return MisconfiguredError(f"{parameter} must not be read ({code}); check the function's role and the name")
    return UnavailableError(f"{parameter} could not be read: {code}")
