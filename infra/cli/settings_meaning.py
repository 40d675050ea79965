"""What a brand's settings come to at a time, as plain values that JSON can hold."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from nightbell.domain.business import Account, Brand, BusinessSettings, TextId
from nightbell.domain.opening_hours import OpeningHours, Stretch
from nightbell.domain.prepared import prepared_texts
from nightbell.domain.texts import CALL_BACK, PLACEHOLDER, Occasion, render, text_for, values_for

DAYS = 14
A_DAY = timedelta(days=1)
EXAMPLE_CODE = "NB-2746-1904"
"""Stands for the reference code that each conversation gets when it needs one."""


def describe(brand: Brand, settings: BusinessSettings, at: datetime) -> dict[str, Any]:
    """Tell all that follows from a brand's settings; a time without a zone is on the brand's clock."""
    at = at if at.tzinfo else at.replace(tzinfo=brand.zone)
    return {
        "brand": brand.key,
        "name": brand.name,
        "zone": brand.zone.key,
        "languages": list(brand.languages),
        "promise_minutes": int(brand.promise.total_seconds() // 60),
        "at": _local(at, brand),
        **_standing(brand.hours, brand, at),
        "days": days(brand.hours, at),
        "accounts": [_account(account, at) for account in settings.accounts.values() if account.brand.key == brand.key],
        "texts": {language: _texts(brand, language, at) for language in brand.languages},
        "answers": {
            language: {each.name: each.text for each in prepared_texts(brand, language)} for language in brand.languages
        },
        "channel_texts": {language: _channel_texts(brand, language, at) for language in brand.languages},
    }


def days(hours: OpeningHours, at: datetime) -> list[dict[str, Any]]:
    """List the coming days with their periods on the brand's clock, and why one differs from its weekday."""
    first = at.astimezone(hours.zone).date()
    found: dict[date, list[str]] = {first + timedelta(days=day): [] for day in range(DAYS)}
    for opens, closes in _open_times(hours, first):
        for day, period in _periods(opens, closes):
            if day in found:
                found[day].append(period)
    return [
        {"date": day.isoformat(), "weekday": f"{day:%A}", "periods": periods, "reason": hours.reason_on(day) or None}
        for day, periods in found.items()
    ]


def _standing(hours: OpeningHours, brand: Brand, at: datetime) -> dict[str, Any]:
    stretch = hours.stretch_at(at)
    promise = hours.add_open_time(at, brand.promise)
    return {
        "open": stretch.is_open,
        "until": _local(stretch.end, brand),
        "next_opening": _local(hours.next_opening(at), brand),
        "promised_by": _local(promise, brand),
    }


def _account(account: Account, at: datetime) -> dict[str, Any]:
    own = account.hours is not account.brand.hours
    return {
        "channel": account.channel,
        "account_id": account.account_id,
        "name": account.name,
        "own_hours": {**_standing(account.hours, account.brand, at), "days": days(account.hours, at)} if own else None,
    }


def _texts(brand: Brand, language: str, at: datetime) -> dict[str, str]:
    return {text_id.value: _rendered(brand, text_id, language, "", at) for text_id in brand.texts[language]}


def _channel_texts(brand: Brand, language: str, at: datetime) -> dict[str, dict[str, str]]:
    found = brand.channel_texts.get(language, {}).items()
    return {
        channel: {text_id.value: _rendered(brand, text_id, language, channel, at) for text_id in texts}
        for channel, texts in found
        if texts
    }


def _rendered(brand: Brand, text_id: TextId, language: str, channel: str, at: datetime) -> str:
    occasion = Occasion(
        now=at.astimezone(UTC),
        promised_by=brand.hours.add_open_time(at, brand.promise),
        opens_at=brand.hours.next_opening(at),
        code=EXAMPLE_CODE,
    )
    values, text = values_for(brand, language, channel, occasion), text_for(brand, text_id, language, channel)
    if CALL_BACK in PLACEHOLDER.findall(text):
        agreed = text_for(brand, TextId.VOICEMAIL_CALL_BACK, language, channel)
        values = {**values, CALL_BACK: render(agreed, values)}
    return render(text, values)


def _open_times(hours: OpeningHours, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield when we open and close, on the business's clock, for all that touches the days from the first one on."""
    here = datetime.combine(first, time(), tzinfo=hours.zone)
    end = here + timedelta(days=DAYS)
    while here < end:
        stretch: Stretch = hours.stretch_at(here)
        closes = (stretch.end or end).astimezone(hours.zone)
        if stretch.is_open:
            yield (stretch.start or here).astimezone(hours.zone), closes
        here = closes


def _periods(opens: datetime, closes: datetime) -> Iterator[tuple[date, str]]:
    """Write one open time as the settings file does: a night belongs to the day that it begins on."""
    while closes - opens >= A_DAY:
        midnight = datetime.combine(opens.date() + A_DAY, time(), tzinfo=opens.tzinfo)
        yield opens.date(), f"{opens:%H:%M}-24:00"
        opens = midnight
    if opens < closes:
        end = "24:00" if closes.time() == time() else f"{closes:%H:%M}"
        yield opens.date(), f"{opens:%H:%M}-{end}"


def _local(at: datetime | None, brand: Brand) -> str | None:
    return at.astimezone(brand.zone).isoformat(timespec="minutes") if at else None
