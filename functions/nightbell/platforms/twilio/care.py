"""Looking after a number: is the API key alive, and do the number's messages come to us?

Twilio signs the address as it was told it, so an address that is written in another way makes a forgery of every
message. A number behind a messaging service, a short code and a sender of WhatsApp's have their address elsewhere; of
these only the account is looked at.
Sources: Twilio "IncomingPhoneNumber resource" §SmsUrl, "Account resource" §Status.
"""

from collections.abc import Sequence
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, VerdictKind
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.twilio import api
from nightbell.platforms.twilio.addresses import SMS

_TRY_AGAIN = "#rc=2&rp=all"
"""What the number's address asks for; see ``docs/platforms/sms.md``."""


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
        found = _number(outcome)
        if found is None:
            return [_missing("the Twilio account has no such number")]
        if not found.get("sms_url") and not found.get("sms_application_sid"):
            outcome = yield _set(found, access)
            return [
                _trouble(outcome) or Finding(name="subscriptions_repaired", alarm=True, fields={"fields": "SmsUrl"})
            ]
        return [
            IN_ORDER
            if _is_ours(found, access)
            else _missing("the number's messages go to another address: nightbell platforms subscribe takes it over")
        ]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Give the number our address."""
        if _has_address(account, access):
            outcome = yield _look(account, access)
            found = None if _trouble(outcome) else _number(outcome)
            if found is not None:
                yield _set(found, access)
        return (yield from self.check(account, access, now))


def _has_address(account: Account, access: ApiAccess) -> bool:
    is_number = account.channel == SMS and account.account_id.startswith("+")
    return is_number and bool(access.hook_url) and not access.messaging_service


def _look(account: Account, access: ApiAccess) -> HttpRequest:
    return api.call(access, "IncomingPhoneNumbers.json", query={"PhoneNumber": account.account_id})


def _set(found: Fields, access: ApiAccess) -> HttpRequest:
    # Nothing else may answer beside us.
    form = [("SmsUrl", access.hook_url + _TRY_AGAIN), ("SmsMethod", "POST"), ("SmsApplicationSid", "")]
    return api.call(access, f"IncomingPhoneNumbers/{api.part(str(found.get('sid', '')))}.json", form=form)


def _number(outcome: HttpOutcome) -> Fields | None:
    """Find the one number in the answer."""
    items = api.read_body(outcome).get("incoming_phone_numbers") if isinstance(outcome, Answer) else None
    found = items[0] if isinstance(items, list) and len(items) == 1 else None
    return found if isinstance(found, dict) else None


def _is_ours(found: Fields, access: ApiAccess) -> bool:
    url = str(found.get("sms_url") or "").partition("#")[0]
    is_posted = found.get("sms_method") == "POST"
    return url == access.hook_url and is_posted and not found.get("sms_application_sid")


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
