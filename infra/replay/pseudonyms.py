"""Take names and words out of what happened, and leave what decisions depend on.

A word that the settings list stays, and so do signs; every other letter becomes another one of its kind, every digit
another digit, the same everywhere in one file. Ids become others that are as long as they need to be.
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
from nightbell.domain.phrases import plain_words

_WORD = re.compile(r"[^\W\d_]+|\d")
OWN = ("nightbell.choice.", "nightbell.rating.")
"""How the payloads of our own buttons begin."""
_CHOSEN = re.compile(r"\d{1,2}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Pseudonyms:
    """One key for one file; nobody keeps it."""

    def __init__(self, brands: Iterable[Brand], key: bytes | None = None) -> None:
        """Keep the words of these brands' lists."""
        brands = list(brands)
        self._facts = [brand.fact.pattern for brand in brands if brand.fact]
        self._key = key or secrets.token_bytes(32)
        lists = [phrases for brand in brands for phrases in brand.phrases.values()]
        listed = (getattr(each, field.name) for each in lists for field in fields(each))
        self._kept = {word for phrases in listed for phrase in phrases for word in plain_words(phrase).split()}

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
        """Take the words out of a text; a typed number of a choice stays, and of an order number its letters."""
        if _CHOSEN.fullmatch(text.strip()):
            return text
        stay = [found.span() for pattern in self._facts for found in pattern.finditer(text)]

        def hidden(found: re.Match[str]) -> str:
            in_fact = any(start <= found.start() < end for start, end in stay)
            return found[0] if in_fact and not found[0].isdigit() else self._word(found[0])

        return _WORD.sub(hidden, text)

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

    def _word(self, word: str) -> str:
        if plain_words(word).strip() in self._kept:
            return word
        digest = hmac.digest(self._key, word.lower().encode("utf-8", "surrogatepass"), "sha256")
        if word.isdigit():
            return str(digest[0] % 10)
        letters = (_LETTERS[digest[at % len(digest)] % len(_LETTERS)] for at in range(len(word)))
        return "".join(_as_case(new, old) for new, old in zip(letters, word, strict=True))

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
