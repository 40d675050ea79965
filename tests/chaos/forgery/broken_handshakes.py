"""Handshakes with the faults that real ones have had."""

from collections.abc import Callable, Iterator, Mapping

from nightbell.domain.errors import HandshakeError
from nightbell.domain.events import Delivery
from tests.chaos.forgery.broken import Accepts, accepting
from tests.chaos.forgery.target import Prove, Secrets
from tests.chaos.forgery.tokens import MODE, TOKEN
from tests.chaos.schemes import Handshake


def broken_handshakes(shake: Handshake, real: Prove) -> Iterator[tuple[str, Prove]]:
    """Break it in every way."""
    for name, accepts in _faults(shake).items():
        yield name, accepting(accepts, real)
    yield "answers always the same", lambda d, s: real(d, s) and "1158201444"
    yield "knows only the newest token", lambda d, s: real(d, {name: s[name][:1] for name in s})
    yield "compares letter by letter", _hasty(shake, real)


def _faults(shake: Handshake) -> Mapping[str, Accepts]:
    def given(delivery: Delivery) -> str:
        return delivery.query.get(TOKEN, "")

    def right(delivery: Delivery, secrets: Secrets) -> bool:
        return given(delivery) in secrets.get(shake.secret, ())

    def any_token(delivery: Delivery, secrets: Secrets, of: Callable[[str], str]) -> bool:
        return of(given(delivery)) in [of(token) for token in secrets.get(shake.secret, ())]

    return {
        "accepts every token": lambda d, _: TOKEN in d.query,
        "accepts a missing token": lambda d, _: TOKEN not in d.query,
        "accepts an empty token": lambda d, _: given(d) == "",
        "accepts when there is no token": lambda _, s: not any(s.get(shake.secret, ())),
        "accepts every secret that is there": lambda d, s: any(given(d) in values for values in s.values()),
        "ignores case": lambda d, s: any_token(d, s, str.lower),
        "ignores white space": lambda d, s: any_token(d, s, str.strip),
        "compares as far as it was given": lambda d, s: any(t.startswith(given(d)) for t in s.get(shake.secret, ())),
        "looks for it anywhere": lambda d, s: any(t in given(d) for t in s.get(shake.secret, ()) if t),
        "asks for no mode": lambda d, s: d.query.get(MODE) != "subscribe" and right(d, s),
        "repeats whatever it is told": lambda d, s: d.query.get(MODE) == "subscribe" and right(d, s),
        "raises for what is no ASCII": lambda d, _: given(d).encode("ascii") is None,
    }


def _hasty(shake: Handshake, real: Prove) -> Prove:
    """Stop at the first wrong letter, as ``==`` does."""

    def prove(delivery: Delivery, secrets: Secrets) -> object:
        if delivery.query.get(TOKEN) not in secrets.get(shake.secret, ()):
            raise HandshakeError("another token")
        return real(delivery, secrets)

    return prove
