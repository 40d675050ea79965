"""Opening hours for search engines and assistants, in the words of schema.org.

Sources: schema.org "OpeningHoursSpecification" (``closes`` before ``opens`` is the next day's; both 00:00 is closed);
Google Search Central "Local business structured data" §Business hours.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from nightbell.domain.business import Brand
from nightbell.domain.day_plan import ALL_DAY, Period
from nightbell.domain.local_time import MINUTES_A_DAY
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.week import changes, days_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_Json = Mapping[str, object]


def hours_schema(brand: Brand, today: date, languages: Sequence[str]) -> str:
    """Write the element that goes into a page's head."""
    business = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": brand.name,
        "email": brand.email,
        "telephone": brand.voicemail,
        "knowsLanguage": list(languages),
        "openingHoursSpecification": list(_weekly(brand.hours)),
        "specialOpeningHoursSpecification": list(_special(brand.hours, today)),
    }
    text = json.dumps({name: value for name, value in business.items() if value}, ensure_ascii=False)
    # The element ends at the first "</", whatever that stands in.
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/ld+json">{safe}</script>\n'


def _weekly(hours: OpeningHours) -> Iterator[_Json]:
    for days in days_of(hours.weekly):
        names = [f"https://schema.org/{name}" for name in _DAYS[days.first : days.last + 1]]
        for times in _times(days.periods):
            yield {"@type": "OpeningHoursSpecification", "dayOfWeek": names, **times}


def _special(hours: OpeningHours, today: date) -> Iterator[_Json]:
    for change in changes(hours, today):
        valid = {"validFrom": change.first.isoformat(), "validThrough": change.last.isoformat()}
        for times in _times(change.periods):
            yield {"@type": "OpeningHoursSpecification", **valid, **times}


def _times(periods: Sequence[Period]) -> list[_Json]:
    if not periods:
        return [{"opens": "00:00", "closes": "00:00"}]
    if tuple(periods) == (ALL_DAY,):
        return [{"opens": "00:00", "closes": "23:59"}]
    return [{"opens": _clock(period.start), "closes": _clock(period.end)} for period in periods]


def _clock(minute: int) -> str:
    if minute == MINUTES_A_DAY:
        return "23:59"
    return f"{minute % MINUTES_A_DAY // 60:02}:{minute % 60:02}"
