"""By which ways a person may go on: answer where the platforms let them, call and mail where the contact allowed it."""

from collections.abc import Mapping
from datetime import datetime

from nightbell.domain.told import iso
from nightbell.platforms.answering import Way
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.desk_reading import Parts

ALWAYS = ("in_person", "other")
"""How something may have been settled elsewhere without the contact's permission to call or to mail."""


def ways(parts: Parts, known: AnswerWays, now: datetime) -> dict[str, object]:
    """Say what whoever answers may do now."""
    allowed = {consent.channel: consent.address for consent in parts.consents}
    call, mail = allowed.get("phone"), allowed.get("email")
    own = [by for by, address in (("call", call), ("mail", mail)) if address]
    found = known(parts.pk, parts.conversation, parts.messages, parts.units, now)
    return {
        "answer": [_way(way) for way in found if way.is_open(now)],
        "call": call,
        "mail": mail,
        "done_by": [*own, *ALWAYS],
    }


def _way(way: Way) -> Mapping[str, object]:
    return {
        "via": way.via,
        "label": way.label,
        "is_public": way.is_public,
        "closes_at": iso(way.closes_at),
        "most": way.form.max_text,
        "unit": way.form.unit,
        "needs_person_tag": way.needs_person_tag,
    }
