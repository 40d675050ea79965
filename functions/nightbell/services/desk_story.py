"""A conversation as whoever answers it reads it, from beginning to end. Its fields: ``docs/desk.md``."""

from collections.abc import Sequence

from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.conversation import Conversation
from nightbell.domain.hand_off import Place
from nightbell.domain.phrases import Kind
from nightbell.domain.prepared import prepared_texts
from nightbell.domain.told import iso
from nightbell.platforms.post_addresses import post_url
from nightbell.services.desk import shown_up_to
from nightbell.services.desk_entries import entries_of
from nightbell.services.desk_linked import linked
from nightbell.services.desk_reading import DeskReading, Parts
from nightbell.services.desk_rows import DeskRows
from nightbell.services.desk_ways import ways
from nightbell.services.ports import Clock, StoredMessage

PERMALINK = "permalink"
"""The attachment by which a platform says where a post stands."""


class Story:
    """Tells conversations."""

    def __init__(self, store: DeskReading, rows: DeskRows, clock: Clock) -> None:
        """Read this table."""
        self._store = store
        self._rows = rows
        self._clock = clock

    def __call__(self, pk: str) -> dict[str, object] | None:
        """Tell one, whether anybody holds it or not; ``None`` where there is no such conversation.

        Reading notes nothing: only what the holder was shown by :meth:`nightbell.services.desk.Desk.take` can be
        closed.

        Raises:
            UnavailableError: The table does not answer.
        """
        parts = self._store.parts(pk)
        if not parts.conversation.exists:
            return None
        return self.of(parts)

    def of(self, parts: Parts) -> dict[str, object]:
        """Tell what was read.

        Raises:
            UnavailableError: The table does not answer.
        """
        c, now = parts.conversation, self._clock.now()
        place = self._rows.place(parts.pk, c)
        entries, left_out = entries_of(parts, self._rows.channels)
        return {
            "now": iso(now),
            **self._rows(parts.standing, now),
            "last_number": c.last_seq,
            "shown_up_to": shown_up_to(parts.page),
            "seen_up_to": c.seen_seq,
            "entries": entries,
            "left_out": left_out,
            **_wishes(c),
            "linked": linked(parts.pk, c, self._store, self._rows.channels),
            "may": ways(parts, self._rows.ways, now),
            "post_context": _post(place, parts.messages),
            "clock": _clock(parts.state.clock, c),
            "rated": parts.state.rated,
            "rated_at": iso(parts.state.rated_at),
            "texts": self._texts(parts),
            "checks": {"is_complaint": c.kind is Kind.COMPLAINT},
        }

    def _texts(self, parts: Parts) -> list[dict[str, str]]:
        """List the texts that answers may begin with, in the contact's language."""
        brand = self._rows.brand(parts.pk, parts.conversation)
        found = prepared_texts(brand, parts.conversation.language or brand.default_language) if brand else ()
        return [{"name": each.name, "text": each.text} for each in found]


def _post(place: Place, messages: Sequence[StoredMessage]) -> dict[str, object] | None:
    """Say below what everybody can read it; the address that the platform delivered stands over the one by its id."""
    if not place.post:
        return None
    told = (each.get("detail", "") for said in messages for each in said.attachments if each.get("kind") == PERMALINK)
    delivered = next((address for address in told if address.startswith("https://")), None)
    return {"post": place.post, "url": delivered or post_url(place.channel, place.post, place.account_id)}


def _wishes(c: Conversation) -> dict[str, object]:
    """Say what the contact wants, and what they have allowed."""
    given = c.consent
    return {
        "opted_out": c.opted_out,
        "follow_up": {"choice": c.follow_up, "reference": c.reference} if c.follow_up else None,
        "consent": {
            "way": given.channel,
            "address": given.address,
            "given_at": iso(given.given_at),
            "wording": given.wording,
        }
        if given
        else None,
    }


def _clock(figures: AnswerClock | None, c: Conversation) -> dict[str, object]:
    """Tell the figures of the episode; none before a person has answered in it."""
    own = figures if figures and figures.episode == c.episode else None
    return {
        "first_at": iso(own.first_at) if own else None,
        "first_wall_s": own.first_wall_s if own else None,
        "first_open_s": own.first_open_s if own else None,
        "answers": own.answers if own else 0,
        "promise_kept": own.promise_kept if own else None,
    }
