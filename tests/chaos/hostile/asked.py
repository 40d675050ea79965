"""Requests in the name of a person, signed by the platform itself and saying what it never says.

What they come to is foretold by a reader of its own: either the very person is written down, or nothing is.
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from string import ascii_letters, digits
from typing import Any

from nightbell.domain.errors import NightbellError, SignatureError, TooLargeError
from nightbell.domain.requests import DEAUTHORIZED_SK, DELETION_SK, request_pk
from nightbell.services.receive_delivery import Received
from tests.chaos.forgery.callbacks import PERSON
from tests.chaos.forgery.corpus import NAME
from tests.chaos.hostile.accounting import Books
from tests.chaos.hostile.receiver import Receiver
from tests.chaos.hostile.rounds import AT_ONCE, CANARIES, Played
from tests.chaos.hostile.shapes import BYTES, ODD, mutated, written
from tests.chaos.listening import Listener, listening
from tests.chaos.scheme import Scheme
from tests.chaos.schemes import CALLBACK_SCHEMES
from tests.chaos.sent import RECEIVED_AT, Sent, delivery_of
from tests.chaos.signing import url_safe
from tests.chaos.staged import KEYS

ADDRESS = "https://webhooks.example/webhooks/meta/deletion"
LARGEST_PAYLOAD, LARGEST_BODY, DEEPEST = 4_096, 16_384, 32
ALLOWED = frozenset(ascii_letters + digits + "_.:-")
EARLIEST, LATEST = RECEIVED_AT - timedelta(days=7), RECEIVED_AT + timedelta(minutes=10)

_IDS: Sequence[object] = (
    *(0, 1, -1, 10**17, 10**19, 10**127, 10**128, 10**300, 1.0, 1e17, 2**63, -(2**63), True, False, None),
    *("0", "-", ".", "..", "a:b", "A_b-c.d", "x" * 128, "x" * 129, "#", "C#messenger.1.2", "1 2", "1\n", "\x00"),
    *("", "null", "__proto__", "${x}", "é", "\ud800", "\U0001f514", [], ["1"], {}, {"id": "1"}, "%23", "1/2", "*"),
    "\u0661",
)
_TIMES: Sequence[object] = (
    *(0, -1, 1, 1.5, 10**10, 10**11, 10**13, 10**20, 10**300, 2**31, 2**63, True, False, None, "", [], {}, "now"),
    *(timedelta(0), timedelta(days=-7), timedelta(days=-7, seconds=-1)),
    *(timedelta(minutes=10), timedelta(minutes=10, seconds=1)),
)
_ALGORITHMS: Sequence[object] = (
    *("none", "HMAC-SHA1", "hmac-sha256", "HMAC-SHA256 ", "", None, True, 256, [], ["HMAC-SHA256"]),
)
_FORMS = (
    *(b"%s", b"a=1&%s", b"%s&b=%%00", b"&&%s&&"),
    *(b"%s&%s", b"%s;a=1", b"a=%%FF&%s", b"%s\n", b"x=" + b"y" * 20_000 + b"&%s"),
)
UNDERSTOOD = 4
"""So many of them hold the one field, and nothing that makes them another form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRound:
    """Some requests to one table; the seed and the first number name it."""

    platform: str
    seed: int
    first: int
    many: int = AT_ONCE

    def play(self, *, until_found: bool = False) -> Played:
        """Ask them all, or until something is wrong."""
        scheme, rng = CALLBACK_SCHEMES[self.platform], Random(f"asked {self.seed} {self.first}")
        books, listener, receiver = _AskedBooks(), Listener({*CANARIES, PERSON}), Receiver()
        for number in range(self.first, self.first + self.many):
            how, payload, sent = request(scheme, rng, number)
            found = len(books.wrong)
            _ask(receiver, sent, payload, books, listener)
            where = f"a request for a person, {how} (number {number}, seed {self.seed})"
            books.wrong[found:] = [f"{wrong}: {where}" for wrong in books.wrong[found:]]
            if until_found and (books.wrong or listener.leaks):
                break
        books.wrong += [f"no real table takes this: {receiver.table.refused[:3]}"] if receiver.table.refused else []
        entered = Books(deliveries=books.answers, wrong=books.wrong)
        return Played(books=entered, leaks=listener.leaks, lines=listener.lines)


@dataclass(slots=True)
class _AskedBooks:
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def request(scheme: Scheme, rng: Random, number: int) -> tuple[str, bytes | None, Sent]:
    """Make one; returns how, what it says unless the form hides that, and the request."""
    how, raw = _said(rng, number)
    payload: bytes | None = raw
    path = ("deletion", "deauthorize")[number % 2]
    secret = KEYS[number % 2]
    sent = scheme.request(url_safe(raw).encode(), secret, path=path)
    if number % 10 == 0:
        how, form = "in an odd form", rng.choice(_FORMS)
        body = form.replace(b"%s", sent.body).replace(b"%%", b"%")
        sent = Sent(what="", platform=sent.platform, body=body, headers={}, path=path)
        payload = raw if form in _FORMS[:UNDERSTOOD] else None
    return how, payload, sent


def _said(rng: Random, number: int) -> tuple[str, bytes]:
    person, now = f"{PERSON}{number}", int(RECEIVED_AT.timestamp())
    told: Any = {"algorithm": "HMAC-SHA256", "issued_at": now, "user_id": person, "expires": 0, "user": {"name": NAME}}
    if number % 4 == 0:
        name, odd = rng.choice([("user_id", _IDS), ("issued_at", _TIMES), ("algorithm", _ALGORITHMS)])
        value = rng.choice(odd)
        told[name] = now + int(value.total_seconds()) if isinstance(value, timedelta) else value
        return f"an odd {name}", json.dumps(told).encode()
    if number % 4 == 1:
        how = list(BYTES)[number // 4 % len(BYTES)]
        return how, BYTES[how](rng, json.dumps(told).encode())
    if number % 8 == 2:
        told["more"] = rng.choice(ODD)
        return "more than is known", written(rng, told)
    return "another shape", written(rng, mutated(rng, told, [told, {"user_id": {"id": [person]}}]))


def _ask(receiver: Receiver, sent: Sent, payload: bytes | None, books: _AskedBooks, listener: Listener) -> None:
    before = dict(receiver.table.items)
    person = foretold(payload, sent) if payload is not None else None
    try:
        with listening(listener):
            received = receiver.answer(delivery_of(sent), ADDRESS)
    except (SignatureError, TooLargeError):
        books.answers["requests for a person, refused"] += 1
        if person is not None:
            books.wrong.append("refused although it is in order")
        if receiver.table.items != before:
            books.wrong.append("refused, and yet something was written")
    except NightbellError as error:
        books.wrong.append(f"answered with {type(error).__name__}")
    except Exception as error:  # noqa: BLE001 - that nothing else is raised is what is proven
        books.wrong.append(f"raised {type(error).__name__}")
    else:
        books.answers["requests for a person, heard"] += 1
        listener.write(f"{received.facts!r}\n")
        books.wrong += _unkept(receiver, received, sent, person)


def _unkept(receiver: Receiver, received: Received, sent: Sent, person: str | None) -> list[str]:
    """Say what is not as it should be where a request was heard."""
    if person is None:
        return ["heard although it says something else"]
    names = {fact.name for fact in received.facts}
    if sent.path == "deauthorize":
        heard = any(sk == DEAUTHORIZED_SK for _, sk in receiver.table.items)
        return [] if heard and names & {"deauthorized", "deauthorizations_repeated"} else ["heard and not remembered"]
    kept = receiver.table.items.get((request_pk(json.loads(received.body)["confirmation_code"]), DELETION_SK), {})
    is_kept = kept.get("user_id") == {"S": person} and "due_at" in kept
    is_told = bool(names & {"deletions_asked", "deletions_asked_again"})
    return [] if is_kept and is_told else ["promised and not written down"]


def foretold(raw: bytes, sent: Sent) -> str | None:
    """Read whom a request names, or ``None`` where it must be refused; written apart from the code it judges."""
    told = _read(raw)
    if not isinstance(told, dict) or len(url_safe(raw)) > LARGEST_PAYLOAD or len(sent.body) > LARGEST_BODY:
        return None
    algorithm, issued, person = told.get("algorithm"), told.get("issued_at"), told.get("user_id")
    if not isinstance(algorithm, str) or algorithm.upper() != "HMAC-SHA256":
        return None
    if type(issued) is not int or not _is_recent(issued) or type(person) not in {int, str}:
        return None
    name = str(person)
    return name if 0 < len(name) <= 128 and set(name) <= ALLOWED else None


def _is_recent(issued: int) -> bool:
    return 0 < issued < 10**11 and EARLIEST <= datetime.fromtimestamp(issued, UTC) <= LATEST


def _read(raw: bytes) -> object:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError
        return dict(pairs)

    def finite(written: str) -> float:
        if not math.isfinite(number := float(written)):
            raise ValueError
        return number

    with suppress(ValueError, RecursionError):
        told = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=finite, parse_float=finite)
        # Half a letter cannot be written in UTF-8.
        json.dumps(told, ensure_ascii=False).encode()
        return told if _depth(told) <= DEEPEST else None
    return None


def _depth(told: object) -> int:
    inner = told.values() if isinstance(told, dict) else told if isinstance(told, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)
