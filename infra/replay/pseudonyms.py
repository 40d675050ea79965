"""Take names and words out of what happened, and leave what decisions depend on.

A word that the settings list stays, and so do signs; every other word becomes letters, every other number digits, as
many as it had and the same everywhere in one file. Ids become others that are as long as they need to be.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import fields, replace

from infra.replay.events import Recorded
from nightbell.domain.business import Brand
from nightbell.domain.events import Contact, Message
from nightbell.domain.keys import conversation_pk, split_conversation_pk
from nightbell.domain.phrases import is_unspaced, plain_words
from nightbell.domain.rating import points_in

_WORD = re.compile("(?:[^\\W_]|['\u2018\u2019\u02bc\u0300-\u036f])+")
"""As :func:`plain_words` parts them: an apostrophe and an accent belong to the word."""
_RUN = re.compile(r"[^\W\d_]+|\d+")
OWN = ("nightbell.choice.", "nightbell.rating.")
"""How the payloads of our own buttons begin."""
_CHOSEN = re.compile(r"[.)(#]*\d{1,2}[.)(#]*")
_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"


class Pseudonyms:
    """One key for one file; nobody keeps it."""

    def __init__(self, brands: Iterable[Brand], key: bytes | None = None) -> None:
        """Keep the words of these brands' lists."""
        brands = list(brands)
        self._facts = [brand.fact.pattern for brand in brands if brand.fact]
        self._key = key or secrets.token_bytes(32)
        lists = [phrases for brand in brands for phrases in brand.phrases.values()]
        listed = [phrase for each in lists for field in fields(each) for phrase in getattr(each, field.name)]
        listed += [title for brand in brands for titles in brand.titles.values() for title in titles.values()]
        self._kept = {word for phrase in listed for word in plain_words(phrase).split()}
        self._unspaced = "|".join(sorted(map(re.escape, filter(is_unspaced, listed)), key=len, reverse=True))

    def __call__(self, each: Recorded) -> Recorded:
        """Make it nobody's."""
        return replace(
            each,
            pk=self._pk(each.pk),
            agent=self._id(each.agent),
            text=self.words(each.text),
            message=self._message(each.message) if each.message else None,
        )

    def words(self, text: str) -> str:
        """Take the words out of a text; a number that chooses or rates stays, and of an order number its letters."""
        if _CHOSEN.fullmatch(text.strip()) or points_in(text) is not None:
            return text
        if not self._unspaced:
            return self._spaced(text)
        parts = re.split(f"({self._unspaced})", text, flags=re.IGNORECASE)
        return "".join(part if at % 2 else self._spaced(part) for at, part in enumerate(parts))

    def _spaced(self, text: str) -> str:
        stay = [found.span() for pattern in self._facts for found in pattern.finditer(text)]

        def run(found: re.Match[str], at: int) -> str:
            in_fact = any(start <= at + found.start() < end for start, end in stay)
            return found[0] if in_fact and not found[0].isdigit() else self._other(found[0])

        def word(found: re.Match[str]) -> str:
            if plain_words(found[0]).strip() in self._kept:
                return found[0]
            return _RUN.sub(lambda each: run(each, found.start()), found[0])

        return _WORD.sub(word, text)

    def _message(self, m: Message) -> Message:
        hidden = self._ids(m.contact.contact_id)
        return replace(
            m,
            contact=Contact(contact_id=hidden, address="", name=None),
            message_id=self._id(m.message_id),
            text=self.words(m.text),
            attachments=tuple(
                replace(a, reference=self._id(a.reference or "") or None, detail=None) for a in m.attachments
            ),
            choice=m.choice if (m.choice or "").startswith(OWN) else self._id(m.choice or "") or None,
            given_email="somebody@example.test" if m.given_email else None,
            given_phone="+10000000000" if m.given_phone else None,
            about={},
        )

    def _other(self, run: str) -> str:
        """Write other letters for letters, or other digits for a whole number: digit by digit could be guessed."""
        digest = hmac.digest(self._key, run.lower().encode("utf-8", "surrogatepass"), "sha256")
        signs = _DIGITS if run.isdigit() else _LETTERS
        found = (signs[digest[at % len(digest)] % len(signs)] for at in range(len(run)))
        return "".join(_as_case(new, old) for new, old in zip(found, run, strict=True))

    def _pk(self, pk: str) -> str:
        parts = split_conversation_pk(pk)
        return conversation_pk(*parts[:2], self._ids(parts[2])) if parts else f"C#{self._id(pk)}"

    def _ids(self, contact_id: str) -> str:
        """Hide a contact, who in public is named behind the post."""
        return "/".join(self._id(part) for part in contact_id.split("/"))

    def _id(self, name: str) -> str:
        if not name:
            return ""
        return hmac.digest(self._key, name.encode("utf-8", "surrogatepass"), "sha256").hex()[:12]


def _as_case(new: str, old: str) -> str:
    as_was: Callable[[str], str] = str.upper if old.isupper() else str
    return as_was(new)
