"""The check of our address under attack: a GET with a word that was agreed on, whose answer repeats a challenge."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from random import Random

from nightbell.domain.errors import HandshakeError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Platform
from tests.chaos.forgery.broken import Accepts, accepting
from tests.chaos.forgery.forger import PATIENCE, wrong_keys
from tests.chaos.forgery.target import HANDSHAKES, Prove, Secrets, Target, Way
from tests.chaos.schemes import Handshake
from tests.chaos.sent import Sent

_TOKEN, _MODE, _CHALLENGE = "hub.verify_token", "hub.mode", "hub.challenge"
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


def handshakes(platform: Platform, shake: Handshake, secrets: Secrets, many: int) -> Target:
    """Make the target."""
    tokens = secrets[shake.secret]
    genuine = [_genuine(shake, tokens[number % len(tokens)], number) for number in range(many)]
    return Target(
        platform=platform.name,
        kind=HANDSHAKES,
        prove=partial(_prove, platform),
        genuine=genuine,
        forger=TokenForger(shake, genuine, secrets),
        secrets=secrets,
        signers=(shake.secret,),
        resigned=_with_token,
        nearly=lambda sent: [_with_token(sent, each) for each in _nearly(tokens[0])],
        useless=([], [""], ["", ""]),
        refusal="handshake",
        misread=lambda sent, found: "" if found == sent.query[_CHALLENGE] else "another challenge",
        broken=partial(_broken, platform, shake),
    )


def _genuine(shake: Handshake, token: str, number: int) -> Sent:
    challenge = (f"{number:010d}", f"0{number}" * 20, f"{number}.a_B-{number}")[number % 3]
    query = shake.query(token, challenge)
    ordered = dict(reversed(list(query.items()))) if number % 2 else query
    return Sent(
        what=f"handshake {number}",
        platform=shake.platform,
        body=b"",
        headers={"accept": "*/*"},
        method="GET",
        query=ordered if number % 5 else {**ordered, "more": "1"},
    )


def _prove(platform: Platform, delivery: Delivery, secrets: Secrets) -> str:
    answer = platform.handshake(delivery, secrets)
    if answer is None:
        raise HandshakeError("it is none")
    return answer


def _with_token(sent: Sent, token: str) -> Sent:
    return replace(sent, query={**sent.query, _TOKEN: token})


def _nearly(token: str) -> list[str]:
    return [token[:at] + ("x" if token[at] != "x" else "y") + token[at + 1 :] for at in range(len(token))]


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
        challenge = sent.query.get(_CHALLENGE, "")
        is_asked = sent.method == "GET" and sent.query.get(_MODE) == "subscribe"
        is_safe = _SAFE.fullmatch(challenge) is not None and len(challenge) < 257
        return is_asked and is_safe and sent.query.get(_TOKEN) in self._tokens


def _token(key: str) -> Way:
    return lambda _, sent: _with_token(sent, key)


def _of_token(change: Callable[[Random, str], str]) -> Way:
    return lambda rng, sent: _with_token(sent, change(rng, sent.query[_TOKEN]))


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
    return replace(_without(_TOKEN)(rng, sent), query={**_without(_TOKEN)(rng, sent).query, name: sent.query[_TOKEN]})


def _in_header(rng: Random, sent: Sent) -> Sent:
    return replace(_without(_TOKEN)(rng, sent), headers={**sent.headers, _TOKEN: sent.query[_TOKEN]})


_WAYS: Mapping[str, Way] = {
    "no token": _without(_TOKEN),
    "no mode": _without(_MODE),
    "no challenge": _without(_CHALLENGE),
    "another mode": lambda rng, sent: replace(
        sent, query={**sent.query, _MODE: rng.choice(["unsubscribe", "", "Subscribe", "subscribe ", "denied", "é"])}
    ),
    "a challenge that a browser would run": lambda rng, sent: replace(
        sent, query={**sent.query, _CHALLENGE: rng.choice(_HOSTILE)}
    ),
    "token: another name": _renamed,
    "token: in a header": _in_header,
}


def _broken(platform: Platform, shake: Handshake) -> Iterator[tuple[str, Prove]]:
    real = partial(_prove, platform)
    for name, accepts in _faults(shake).items():
        yield name, accepting(accepts, real)
    yield "answers always the same", lambda d, s: real(d, s) and "1158201444"
    yield "knows only the newest token", lambda d, s: real(d, {name: s[name][:1] for name in s})
    yield "compares letter by letter", _hasty(shake, real)


def _faults(shake: Handshake) -> Mapping[str, Accepts]:
    def given(delivery: Delivery) -> str:
        return delivery.query.get(_TOKEN, "")

    def right(delivery: Delivery, secrets: Secrets) -> bool:
        return given(delivery) in secrets.get(shake.secret, ())

    def any_token(delivery: Delivery, secrets: Secrets, of: Callable[[str], str]) -> bool:
        return of(given(delivery)) in [of(token) for token in secrets.get(shake.secret, ())]

    return {
        "accepts every token": lambda d, _: _TOKEN in d.query,
        "accepts a missing token": lambda d, _: _TOKEN not in d.query,
        "accepts an empty token": lambda d, _: given(d) == "",
        "accepts when there is no token": lambda _, s: not any(s.get(shake.secret, ())),
        "accepts every secret that is there": lambda d, s: any(given(d) in values for values in s.values()),
        "ignores case": lambda d, s: any_token(d, s, str.lower),
        "ignores white space": lambda d, s: any_token(d, s, str.strip),
        "compares as far as it was given": lambda d, s: any(t.startswith(given(d)) for t in s.get(shake.secret, ())),
        "looks for it anywhere": lambda d, s: any(t in given(d) for t in s.get(shake.secret, ()) if t),
        "asks for no mode": lambda d, s: d.query.get(_MODE) != "subscribe" and right(d, s),
        "repeats whatever it is told": lambda d, s: d.query.get(_MODE) == "subscribe" and right(d, s),
        "raises for what is no ASCII": lambda d, _: given(d).encode("ascii") is None,
    }


def _hasty(shake: Handshake, real: Prove) -> Prove:
    """Stop at the first wrong letter, as ``==`` does."""

    def prove(delivery: Delivery, secrets: Secrets) -> object:
        if delivery.query.get(_TOKEN) not in secrets.get(shake.secret, ()):
            raise HandshakeError("another token")
        return real(delivery, secrets)

    return prove
