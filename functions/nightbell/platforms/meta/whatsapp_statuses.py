"""One item of WhatsApp's ``statuses`` array: what became of a message of the business.

Statuses come in any order; ``delivered`` may never come where ``read`` does, and ``failed`` may
come minutes after the call had succeeded.
Source: Meta "WhatsApp Cloud API: status messages webhook".
"""

from collections.abc import Mapping
from functools import partial

from nightbell.domain.events import Event, Outcome, Settlement
from nightbell.domain.unit import TAG_PREFIX
from nightbell.platforms.meta.dispatch import build_noise, read_item
from nightbell.platforms.meta.whatsapp_people import recipients
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, fields, label, optional_list, optional_member, text

_WORDS = frozenset({"sent", "delivered", "read", "played", "failed", "deleted"})


def read_status(item: object, value: Fields, place: Place) -> Event:
    """Read one status; it settles a send where it carries our tag."""
    build: Mapping[Consequence, Build] = {
        Consequence.SETTLEMENT: partial(_build, value),
        Consequence.NOISE: build_noise,
    }
    return read_item(item, place, _name_kind, build)


def _name_kind(status: Fields, _: Place) -> str:
    word = label(text(status, "status"))
    if word not in _WORDS:
        raise UndeclaredError(f"whatsapp.status.{word}")
    tag = status.get("biz_opaque_callback_data")
    is_ours = isinstance(tag, str) and tag.startswith(TAG_PREFIX)
    return f"whatsapp.status.{word}" if is_ours else "whatsapp.status_of_others"


def _build(value: Fields, kind: str, status: Fields, place: Place) -> Settlement:
    failed = kind == "whatsapp.status.failed"
    return Settlement(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=recipients(status, value),
        tag=text(status, "biz_opaque_callback_data"),
        outcome=Outcome.FAILED if failed else Outcome.SEEN,
        detail="; ".join(_error(fields(error, "an error")) for error in optional_list(status, "errors"))
        if failed
        else "",
    )


def _error(error: Fields) -> str:
    details = optional_member(error, "error_data").get("details") or error.get("details")
    parts = (error.get("code"), error.get("title") or error.get("message"), details)
    return " ".join(str(part) for part in parts if isinstance(part, int | str) and part)
