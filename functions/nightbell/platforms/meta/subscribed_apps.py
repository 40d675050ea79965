"""Asking what is subscribed at a Page, an Instagram account or a business account, and subscribing it.

Sources: Meta "Graph API: Page Subscribed Apps"; "Instagram Platform: Webhooks" §Enable subscriptions;
"WhatsApp Business Platform: Webhooks" §Subscribe to a WABA; "Graph API: App Subscriptions".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.graph_answers import read_answer
from nightbell.platforms.meta.subscriptions import SPELLINGS, same_field
from nightbell.platforms.reading.fields import Fields

_EDGE = "subscribed_apps"
_BAD_PARAMETER = "100"
_OUR_WORDS = "the platform's answer is not as documented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What an object is subscribed to in our name."""

    is_there: bool
    fields: frozenset[str] = frozenset()

    def missing(self, needed: Collection[str]) -> frozenset[str]:
        """Name the needed fields that are not there, in either spelling."""
        have = {same_field(field) for field in self.fields}
        return frozenset(field for field in needed if same_field(field) not in have)

    def superfluous(self, needed: Collection[str]) -> frozenset[str]:
        """Name the fields that nothing here needs."""
        wanted = {same_field(field) for field in needed}
        return frozenset(field for field in self.fields if same_field(field) not in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSubscription:
    """What the app itself is subscribed to for one product."""

    callback_url: str
    is_active: bool
    fields: frozenset[str]


def look_request(access: ApiAccess, object_id: str) -> HttpRequest:
    """Ask which apps an object is subscribed to; ``me`` is the owner of an Instagram token."""
    return graph_api.call(access, object_id, _EDGE)


def subscribe_request(access: ApiAccess, object_id: str, fields: Collection[str]) -> HttpRequest:
    """Subscribe our app, to these fields and no others; WhatsApp knows none here."""
    query = {"subscribed_fields": ",".join(sorted(fields))} if fields else {}
    return graph_api.call(access, object_id, _EDGE, query=query, json={})


def read_subscription(outcome: HttpOutcome, app_id: str) -> Subscription | Verdict:
    """Find our own app among those that are subscribed; where its id is not known, take the only one."""
    listed = _listed(read_answer(outcome))
    if isinstance(listed, Verdict):
        return listed
    ours = [entry for entry in listed if _app_of(entry) == app_id] if app_id else listed
    if not app_id and len(listed) > 1:
        return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason="several apps are subscribed; which one is ours?")
    named = [entry.get("subscribed_fields") for entry in ours]
    fields = [field for names in named if isinstance(names, list) for field in names]
    return Subscription(is_there=bool(ours), fields=frozenset(field for field in fields if isinstance(field, str)))


def read_done(outcome: HttpOutcome) -> Verdict | None:
    """Read whether it was subscribed; ``None`` when it was."""
    body = read_answer(outcome)
    if isinstance(body, Verdict):
        return body
    return None if body.get("success") is True else Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason=_OUR_WORDS)


def other_spelling(fields: Collection[str]) -> frozenset[str]:
    """Spell each field that has two spellings the other way."""
    return frozenset(SPELLINGS.get(field, field) for field in fields)


def is_spelling_refused(verdict: Verdict) -> bool:
    """Tell whether another spelling may help: the error is 100, invalid parameter."""
    return verdict.code.partition("/")[0] == _BAD_PARAMETER


def numbers_request(access: ApiAccess, business_id: str) -> HttpRequest:
    """List the phone numbers of a WhatsApp business account.

    Source: Meta "WhatsApp Business Account: Phone Numbers".
    """
    return graph_api.call(access, business_id, "phone_numbers", query={"fields": "id", "limit": "100"})


def read_numbers(outcome: HttpOutcome) -> frozenset[str] | Verdict:
    """Read their ids."""
    listed = _listed(read_answer(outcome))
    return listed if isinstance(listed, Verdict) else frozenset(str(entry.get("id")) for entry in listed)


def app_request(app: ApiAccess, app_id: str) -> HttpRequest:
    """Ask what the app itself is subscribed to; needs the app's own token."""
    return graph_api.call(app, app_id, "subscriptions")


def read_app(outcome: HttpOutcome) -> Mapping[str, AppSubscription] | Verdict:
    """Read it by product."""
    listed = _listed(read_answer(outcome))
    if isinstance(listed, Verdict):
        return listed
    return {
        str(entry.get("object")): AppSubscription(
            callback_url=str(entry.get("callback_url") or ""),
            is_active=entry.get("active") is True,
            fields=_names(entry.get("fields")),
        )
        for entry in listed
    }


def _listed(body: Fields | Verdict) -> list[Fields] | Verdict:
    if isinstance(body, Verdict):
        return body
    listed = body.get("data")
    if not isinstance(listed, list):
        return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason=_OUR_WORDS)
    return [entry for entry in listed if isinstance(entry, dict)]


def _app_of(entry: Fields) -> str:
    # WhatsApp wraps the app once more.
    wrapped = entry.get("whatsapp_business_api_data")
    return str((wrapped if isinstance(wrapped, dict) else entry).get("id") or "")


def _names(fields: object) -> frozenset[str]:
    """Read names of fields, which newer versions give with a version each."""
    listed = fields if isinstance(fields, list) else []
    names = [entry.get("name") if isinstance(entry, dict) else entry for entry in listed]
    return frozenset(name for name in names if isinstance(name, str))
