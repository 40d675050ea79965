"""What stands against a text before it may leave: its length, and what the checks object to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightbell.domain.answer_checks import Draft, Objection, objections
from nightbell.domain.business import Account
from nightbell.domain.personal_words import Known, known_from
from nightbell.domain.phrases import Kind
from nightbell.domain.unit import UnitKind
from nightbell.platforms.answering import Way
from nightbell.services.desk_acting import Seen, account_of
from nightbell.services.desk_errors import Code, DeskError

SHORTEST_REASON = 10
LONGEST_PROMISE = timedelta(days=30)
LONGEST_WORDS = 1000
"""Bytes of what is written down with an act, so that a write stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Words, and the key of the sender by which they leave."""

    via: str
    text: str


def must_be_words(text: str, what: str, shortest: int = 1) -> str:
    """Insist on words that can be written down with an act.

    Raises:
        DeskError: There are too few, or too many.
    """
    words = text.strip()
    if not is_unicode(words) or len(words) < shortest or len(words.encode()) > LONGEST_WORDS:
        raise DeskError(Code.INVALID, f"Write {what}: {shortest} letters at least, and {LONGEST_WORDS} bytes at most.")
    return words


def must_be_to_come(promise: datetime, now: datetime) -> None:
    """Insist on a time that can be promised.

    Raises:
        DeskError: It is over, or too far away.
    """
    if not now < promise <= now + LONGEST_PROMISE:
        raise DeskError(Code.INVALID, "A promise names a time from now on, within thirty days.")


def is_unicode(text: str) -> bool:
    """Tell whether a text holds whole characters only: half of one can be neither stored nor sent."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


class Checks:
    """Asks the checks about every text, by the brand's own phrases."""

    def __init__(self, accounts: Mapping[tuple[str, str], Account]) -> None:
        """Know the accounts' brands."""
        self._accounts = accounts

    def __call__(
        self, seen: Seen, drafts: Sequence[tuple[Spoken, Way]], kind: UnitKind, override: str, heard: Sequence[str]
    ) -> None:
        """Let pass what nothing stands against, and what an agent gives a reason for.

        Raises:
            DeskError: Something does, and there is no reason, or a reason of a word or two.
        """
        if override.strip():
            must_be_words(override, "a reason for saying it all the same", SHORTEST_REASON)
            return
        found = [each for spoken, way in drafts for each in self._objections(seen, spoken, way, kind, heard)]
        if found:
            sentences = " ".join(dict.fromkeys(each.sentence for each in found))
            raise DeskError(Code.OBJECTIONS, sentences, list(dict.fromkeys(found)))

    def _objections(
        self, seen: Seen, spoken: Spoken, way: Way, kind: UnitKind, heard: Sequence[str]
    ) -> Sequence[Objection]:
        _, account = account_of(seen.pk, self._accounts)
        draft = Draft(
            text=spoken.text,
            is_public=way.is_public,
            is_complaint=seen.read.kind is Kind.COMPLAINT,
            language=seen.read.language or "",
            kind=kind,
        )
        if account is None:
            return objections(draft, Known(), {})
        consent = seen.read.consent
        given = [consent.address] if consent else []
        return objections(draft, known_from(heard, account.brand.fact, given), account.brand.phrases)
