"""News about a WhatsApp business account or one of its numbers: a block, its end, a warning, or nothing to do.

Sources: Meta "WhatsApp Business Platform: account_update webhook reference", "account_alerts",
"phone_number_quality_update" and "security" webhook references.
"""

from collections.abc import Mapping

from nightbell.domain.events import AccountNews, Event, Unknown
from nightbell.platforms.meta.consequences import CONSEQUENCES
from nightbell.platforms.meta.dispatch import noise
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.fields import Fields, label

_CHANNEL = "whatsapp"

_NO_ANSWERS = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"
"""The restriction that takes answers away; the others concern what Nightbell never does."""
_BAN_STATES: Mapping[object, str] = {"DISABLE": ".blocked", "REINSTATE": ".lifted"}
"""``SCHEDULE_FOR_DISABLE`` is a warning: the account still works."""
_ACCOUNT_EVENTS: Mapping[object, str] = {
    "ACCOUNT_DELETED": ".blocked",
    "ACCOUNT_OFFBOARDED": ".blocked",
    "ACCOUNT_RECONNECTED": ".lifted",
    **dict.fromkeys(
        (
            "AD_ACCOUNT_LINKED",
            "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
            "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
            "MM_LITE_TERMS_SIGNED",
            "PARTNER_ADDED",
            "PARTNER_APP_INSTALLED",
            "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
            "VERIFIED_ACCOUNT",
            "VOLUME_BASED_PRICING_TIER_UPDATE",
        ),
        ".routine",
    ),
}
_BETTER = frozenset({"ONBOARDING", "THROUGHPUT_UPGRADE", "UNFLAGGED", "UPGRADE"})
_WORDS = ("event", "decision", "alert_type", "alert_severity", "entity_type")


def read_news(field: str, value: Fields, owner_id: str) -> Event:
    """Read a field that concerns the account; ``owner_id`` is the business account's."""
    kind = f"{_CHANNEL}.{field}{_more(field, value)}"
    # What follows a field's name is ours, so a field that pretends to it is unknown.
    consequence = None if "." in field else CONSEQUENCES.get(kind)
    if consequence is Consequence.ACCOUNT_NEWS:
        is_blocked = kind.endswith(".blocked")
        return AccountNews(
            kind=kind,
            channel=_CHANNEL,
            account_ids=(),
            is_blocked=is_blocked,
            owner_id=owner_id,
            detail=_detail(value),
        )
    if consequence not in {Consequence.NOISE, Consequence.ALARM}:
        return Unknown(kind=f"{_CHANNEL}.{field}", channel=_CHANNEL)
    return noise(kind, _CHANNEL, _detail(value))


def _more(field: str, value: Fields) -> str:
    """Tell an account's blocks, their ends and good news apart; empty for the rest, which wants a person's eyes."""
    event = value.get("event")
    if not isinstance(event, str) or field not in {"account_update", "phone_number_quality_update"}:
        return ""
    if field == "phone_number_quality_update":
        return ".better" if event in _BETTER else ""
    if event == "DISABLED_UPDATE":
        state = _object(value.get("ban_info")).get("waba_ban_state")
        return _BAN_STATES.get(state, "") if isinstance(state, str) else ""
    if event == "ACCOUNT_RESTRICTION":
        return ".blocked" if _NO_ANSWERS in _restrictions(value) else ""
    return _ACCOUNT_EVENTS.get(event, "")


def _restrictions(value: Fields) -> list[object]:
    listed = value.get("restriction_info")
    return [_object(each).get("restriction_type") for each in listed] if isinstance(listed, list) else []


def _object(value: object) -> Fields:
    return value if isinstance(value, dict) else {}


def _detail(value: Fields) -> str:
    """Take the platform's own words for what happened; every one of a fixed set, none that anybody typed."""
    places = (value, _object(value.get("alert_info")), _object(value.get("ban_info")))
    names = (*_WORDS, "waba_ban_state")
    found = [label(word) for place in places for name in names if isinstance(word := place.get(name), str)]
    kinds = [label(kind) for kind in _restrictions(value) if isinstance(kind, str)]
    return " ".join([*found, *kinds])[:120]
