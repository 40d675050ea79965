"""Ways to ask for a handshake without having been told the word."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from random import Random

from tests.chaos.forgery.forger import PATIENCE, wrong_keys
from tests.chaos.forgery.target import Secrets, Way
from tests.chaos.schemes import Handshake
from tests.chaos.sent import Sent

TOKEN, MODE, CHALLENGE = "hub.verify_token", "hub.mode", "hub.challenge"
_SAFE = re.compile(r"[0-9A-Za-z._-]+")
_SPACE = " \t\n\r\x00\xa0\u2003\ufeff"
_HOSTILE = (
    "<script>alert(1)</script>",
    "1\r\nSet-Cookie: a=b",
    "",
    " ",
    "1 1",
    "é",
    '"',
    "&lt;",
    "1" * 257,
    "{}",
    "%3C",
)


def with_token(sent: Sent, token: str) -> Sent:
    return replace(sent, query={**sent.query, TOKEN: token})


class TokenForger:
    """Asks as somebody does who was told nothing."""

    def __init__(self, shake: Handshake, genuine: Sequence[Sent], secrets: Secrets) -> None:
        self._tokens = secrets[shake.secret]
        self._genuine = genuine
        self.kinds: Mapping[str, Way] = {
            **{f"token {name}": _of_token(change) for name, change in _CHANGES.items()},
            **{f"token: {name}": _token(key) for name, key in wrong_keys((shake.secret,), secrets).items()},
            **_WAYS,
        }
        self._names = list(self.kinds)

    def forge(self, rng: Random, name: str = "") -> tuple[str, Sent]:
        """Forge one, as :class:`tests.chaos.forgery.forger.Forger` does."""
        for attempt in count():
            kind = name if name and attempt < PATIENCE else rng.choice(self._names)
            forged = self.kinds[kind](rng, rng.choice(self._genuine))
            if not self._is_genuine(forged):
                return kind, forged
        raise AssertionError

    def _is_genuine(self, sent: Sent) -> bool:
        challenge = sent.query.get(CHALLENGE, "")
        is_asked = sent.method == "GET" and sent.query.get(MODE) == "subscribe"
        is_safe = _SAFE.fullmatch(challenge) is not None and len(challenge) < 257
        return is_asked and is_safe and sent.query.get(TOKEN) in self._tokens


def _token(key: str) -> Way:
    return lambda _, sent: with_token(sent, key)


def _of_token(change: Callable[[Random, str], str]) -> Way:
    return lambda rng, sent: with_token(sent, change(rng, sent.query[TOKEN]))


def _other_letter(rng: Random, token: str) -> str:
    at = rng.randrange(len(token))
    return token[:at] + chr(rng.randrange(32, 127)) + token[at + 1 :]


_CHANGES: Mapping[str, Callable[[Random, str], str]] = {
    "with another letter": _other_letter,
    "cut short": lambda rng, token: token[: rng.randrange(len(token))],
    "with its beginning cut off": lambda rng, token: token[rng.randint(1, len(token)) :],
    "lengthened": lambda rng, token: token + rng.choice(["0", "\0", token, ",", "\n" + token]),
    "in capitals": lambda _, token: token.upper(),
    "with capitals exchanged": lambda _, token: token.swapcase(),
    "after white space": lambda rng, token: rng.choice(_SPACE) + token,
    "before white space": lambda rng, token: token + rng.choice(_SPACE),
    "twice": lambda rng, token: token + rng.choice([",", ", ", ";", "&"]) + token,
    "in full width": lambda _, token: "".join(chr(ord(letter) + 0xFEE0) for letter in token),
    "with what is no ASCII": lambda rng, token: token[:-1] + rng.choice("éß\u0131\u212a\U0001f514\udcff\ud800"),
    "quoted": lambda rng, token: rng.choice(['"{}"', "'{}'", "[{}]", "{{{}}}"]).format(token),
    "as a word": lambda rng, _: rng.choice(["null", "none", "true", "*", ".*", "%", "0", "undefined"]),
    "empty": lambda _rng, _token: "",
    "very long": lambda _, token: token * 200,
}


def _without(name: str) -> Way:
    return lambda _, sent: replace(sent, query={key: value for key, value in sent.query.items() if key != name})


def _renamed(rng: Random, sent: Sent) -> Sent:
    name = rng.choice(["hub_verify_token", "HUB.VERIFY_TOKEN", "verify_token", "hub.verify_token[]", "hub.token"])
    return replace(_without(TOKEN)(rng, sent), query={**_without(TOKEN)(rng, sent).query, name: sent.query[TOKEN]})


def _in_header(rng: Random, sent: Sent) -> Sent:
    return replace(_without(TOKEN)(rng, sent), headers={**sent.headers, TOKEN: sent.query[TOKEN]})


_WAYS: Mapping[str, Way] = {
    "no token": _without(TOKEN),
    "no mode": _without(MODE),
    "no challenge": _without(CHALLENGE),
    "another mode": lambda rng, sent: replace(
        sent, query={**sent.query, MODE: rng.choice(["unsubscribe", "", "Subscribe", "subscribe ", "denied", "é"])}
    ),
    "a challenge that a browser would run": lambda rng, sent: replace(
        sent, query={**sent.query, CHALLENGE: rng.choice(_HOSTILE)}
    ),
    "token: another name": _renamed,
    "token: in a header": _in_header,
}
