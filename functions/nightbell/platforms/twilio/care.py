"""Looking after a number: is the API key alive, and do the number's messages, or its calls, come to us?

Twilio signs the address as it was told it, so an address that is written in another way makes a forgery of every
message. A number behind a messaging service, a short code and a sender of WhatsApp's have their address elsewhere; of
these only the account is looked at.
Sources: Twilio "IncomingPhoneNumber resource" §SmsUrl, §VoiceUrl, §TrunkSid, "Account resource" §Status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.voicemail import CHANNEL as VOICEMAIL
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, VerdictKind
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.twilio import api
from nightbell.platforms.twilio.addresses import SMS
from nightbell.platforms.twilio.calls import VOICE
from nightbell.platforms.twilio.voice import AGAIN


@dataclass(frozen=True, slots=True)
class _Way:
    """How a number is told where something goes.

    Attributes:
        what: Goes there.
        setting: How the names of its settings begin.
        below: Our own address for the platform.
    """

    what: str
    setting: str
    below: str

    def url(self, access: ApiAccess) -> str:
        return access.hook_url + self.below

    def is_empty(self, found: Fields) -> bool:
        return not (found.get(f"{self.setting}_url") or self._is_elsewhere(found))

    def is_ours(self, found: Fields, access: ApiAccess) -> bool:
        url = str(found.get(f"{self.setting}_url") or "").partition("#")[0]
        is_posted = found.get(f"{self.setting}_method") == "POST"
        return url == self.url(access) and is_posted and not self._is_elsewhere(found)

    def _is_elsewhere(self, found: Fields) -> bool:
        """Tell whether something else is asked in place of the address: an application, of calls a trunk too."""
        is_trunk = self.setting == "voice" and found.get("trunk_sid")
        return bool(found.get(f"{self.setting}_application_sid") or is_trunk)


_WAYS: Mapping[str, _Way] = {SMS: _Way("messages", "sms", ""), VOICEMAIL: _Way("calls", "voice", f"/{VOICE}")}


class NumberCare:
    """See :class:`nightbell.platforms.care.Care`."""

    credentials: Sequence[str] = ()

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:  # noqa: ARG002 - the protocol's form
        """Look, and give an address to a number that has none; one that it has may be another stage's."""
        if not _has_address(account, access):
            outcome = yield api.account(access)
            return [_trouble(outcome) or IN_ORDER]
        outcome = yield _look(account, access)
        if (trouble := _trouble(outcome)) is not None:
            return [trouble]
        found, way = _number(outcome), _WAYS[account.channel]
        if found is None:
            return [_missing("the Twilio account has no such number")]
        if way.is_empty(found):
            outcome = yield _set(found, way, access)
            fields = {"fields": _name(way, "url")}
            return [_trouble(outcome) or Finding(name="subscriptions_repaired", alarm=True, fields=fields)]
        if way.is_ours(found, access):
            return [IN_ORDER]
        because = f"the number's {way.what} go to another address: nightbell platforms subscribe takes it over"
        return [_missing(because)]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Give the number our address."""
        if _has_address(account, access):
            outcome = yield _look(account, access)
            found = None if _trouble(outcome) else _number(outcome)
            if found is not None:
                yield _set(found, _WAYS[account.channel], access)
        return (yield from self.check(account, access, now))


def _has_address(account: Account, access: ApiAccess) -> bool:
    is_number = account.channel in _WAYS and account.account_id.startswith("+")
    return is_number and bool(access.hook_url) and not access.messaging_service


def _look(account: Account, access: ApiAccess) -> HttpRequest:
    return api.call(access, "IncomingPhoneNumbers.json", query={"PhoneNumber": account.account_id})


def _set(found: Fields, way: _Way, access: ApiAccess) -> HttpRequest:
    # Nothing else may answer beside us.
    form = [
        (_name(way, "url"), way.url(access) + AGAIN),
        (_name(way, "method"), "POST"),
        (_name(way, "application_sid"), ""),
    ]
    return api.call(access, f"IncomingPhoneNumbers/{api.part(str(found.get('sid', '')))}.json", form=form)


def _name(way: _Way, setting: str) -> str:
    """Write the name of a setting as it is given; where it is shown, it is in lower case."""
    return "".join(word.capitalize() for word in (way.setting, *setting.split("_")))


def _number(outcome: HttpOutcome) -> Fields | None:
    """Find the one number in the answer."""
    items = api.read_body(outcome).get("incoming_phone_numbers") if isinstance(outcome, Answer) else None
    found = items[0] if isinstance(items, list) and len(items) == 1 else None
    return found if isinstance(found, dict) else None


def _missing(because: str) -> Finding:
    return Finding(name="subscriptions_missing", alarm=True, fields={"because": because})


def _trouble(outcome: HttpOutcome) -> Finding | None:
    verdict = api.judge(outcome)
    if verdict.kind is VerdictKind.SENT:
        return None
    because = f"{verdict.code} {verdict.reason}"[:160]
    if verdict.kind is VerdictKind.TOKEN_DEAD:
        return Finding(name="tokens_dead", alarm=True, fields={"because": because})
    return Finding(name="checks_failed", alarm=verdict.kind is VerdictKind.REFUSED, fields={"because": because})
