"""Readers of signed requests with the faults that real ones have had, and with those that this notation invites."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Callback, CallbackKind, CallbackReader
from tests.chaos.forgery.broken import Accepts, accepting
from tests.chaos.forgery.lenient import Lenient, each_of, is_same, only
from tests.chaos.forgery.target import Prove, Secrets
from tests.chaos.scheme import Scheme
from tests.chaos.schemes import SCHEMES
from tests.chaos.signing import from_url_safe

Misread = Callable[[Callback, Delivery], Callback]


def broken_readers(reader: CallbackReader, scheme: Scheme) -> Iterator[tuple[str, Prove]]:
    """Break a reader in every way that its scheme allows."""
    for name, accepts in {**_of_form(scheme), **_of_keys(scheme), **_of_content(scheme)}.items():
        yield name, accepting(accepts, reader.read)
    for name, sign in scheme.wrong.items():
        yield f"accepts {name}", accepting(Lenient(scheme, sign).accepts(only), reader.read)
    for name, change in _misreadings(scheme).items():
        yield name, _misreading(reader, change)
    yield "knows only one app", lambda d, s: reader.read(d, {name: s.get(name, ()) for name in scheme.secrets[:1]})
    yield "knows only the newest key", lambda d, s: reader.read(d, {name: s[name][:1] for name in s})
    yield "compares letter by letter", _hasty(reader, scheme)


def _of_form(scheme: Scheme) -> Mapping[str, Accepts]:
    lenient = Lenient(scheme)

    def swapped(value: str) -> str:
        return ".".join(value.split(".")[::-1])

    def in_json(delivery: Delivery, secrets: Secrets) -> bool:
        with suppress(ValueError, AttributeError):
            return lenient.is_proven(str(json.loads(delivery.body).get(lenient.name)), secrets)
        return False

    def in_delivery(delivery: Delivery, secrets: Secrets) -> bool:
        scheme = SCHEMES[delivery.platform]
        given = delivery.headers.get("x-hub-signature-256")
        return given in [scheme.sign(delivery.body, key) for key in lenient.keys(secrets)]

    return {
        "takes the first of two fields": lenient.accepts(lambda values: values[:1]),
        "takes the last of two fields": lenient.accepts(lambda values: values[-1:]),
        "takes the query for the form": lambda d, s: lenient.is_proven(d.query.get(lenient.name, ""), s),
        "takes a header for the form": lambda d, s: any(lenient.is_proven(value, s) for value in d.headers.values()),
        "takes JSON for a form": in_json,
        "takes any name": lambda d, s: any(lenient.is_proven(value, s) for _, value in lenient.pairs(d)),
        "takes a body without a name": lambda d, s: lenient.is_proven(d.body.decode("latin-1"), s),
        "takes what is filled up": lenient.accepts(each_of(lambda value: value.replace("=", ""))),
        "takes base64 for files": lenient.accepts(
            each_of(lambda value: value.translate({43: "-", 47: "_", 32: "-", 61: None}))
        ),
        "takes another spelling": lambda d, s: any(is_same(lenient, value, s) for value in only(lenient.fields(d))),
        "ignores what stands behind": lenient.accepts(each_of(lambda value: ".".join(value.split(".")[:2]))),
        "ignores what stands before": lenient.accepts(each_of(lambda value: ".".join(value.split(".")[-2:]))),
        "takes the halves in any order": lenient.accepts(each_of(swapped)),
        "ignores white space": lenient.accepts(each_of(lambda value: "".join(value.split()).strip("\0"))),
        "ignores case": lambda d, s: any(
            v.lower().startswith(tuple(one.lower() + "." for one in lenient.right(v.partition(".")[2], s)))
            for v in only(lenient.fields(d))
        ),
        "trusts what signs deliveries": in_delivery,
        "raises for what is no ASCII": lambda d, _: d.body.decode("ascii") is None,
    }


def _of_keys(scheme: Scheme) -> Mapping[str, Accepts]:
    lenient = Lenient(scheme)

    def short_of(delivery: Delivery, secrets: Secrets, least: int) -> bool:
        for value in only(lenient.fields(delivery)):
            signature, _, text = value.partition(".")
            if len(signature) >= least and any(one.startswith(signature) for one in lenient.right(text, secrets)):
                return True
        return False

    def beginning(delivery: Delivery, secrets: Secrets) -> bool:
        values = [value.partition(".") for value in only(lenient.fields(delivery))]
        return any(one[:16] == value[0][:16] for value in values for one in lenient.right(value[2], secrets))

    return {
        "compares as far as it was given": lambda d, s: short_of(d, s, 0),
        "takes a shorter signature": lambda d, s: short_of(d, s, 20),
        "compares only the beginning": beginning,
        "accepts a missing signature": lambda d, _: any(value.startswith(".") for value in lenient.fields(d)),
        "accepts an empty key": lambda d, _: lenient.accepts(only)(d, {scheme.secrets[0]: [""]}),
        "accepts when there is no key": lambda _, s: not any(lenient.keys(s)),
        "accepts a short key": lenient.accepts(only),
        "accepts every secret that is there": lambda d, s: any(
            lenient.accepts(only)(d, {scheme.secrets[0]: values}) for values in s.values()
        ),
    }


def _of_content(scheme: Scheme) -> Mapping[str, Accepts]:
    lenient = Lenient(scheme)

    def told(delivery: Delivery) -> Any:
        for value in only(lenient.fields(delivery)):
            with suppress(ValueError):
                return json.loads(from_url_safe(value.partition(".")[2]))
        return ()

    def proven(holds: Callable[[Any], object]) -> Accepts:
        return lambda d, s: bool(lenient.accepts(only)(d, s) and holds(told(d)))

    def says(name: str) -> Callable[[Any], object]:
        """Forgive only this field: what else it says is as it should be, or that would be another fault."""
        return lambda content: (
            isinstance(content, dict)
            and all(
                isinstance(content.get(other), str | int)
                for other in ("algorithm", "issued_at", "user_id")
                if other != name
            )
        )

    def as_told(delivery: Delivery, secrets: Secrets) -> bool:
        content = told(delivery)
        algorithm = str(content.get("algorithm")).upper() if isinstance(content, dict) else ""
        if algorithm == "HMAC-SHA1":
            return any(bool(Lenient(scheme, scheme.wrong[n]).accepts(only)(delivery, secrets)) for n in _SHA1)
        return algorithm == "NONE"

    return {
        "compares no algorithm": proven(says("algorithm")),
        "takes the algorithm from the request": as_told,
        "asks for no time": proven(says("issued_at")),
        "asks for nobody": proven(says("user_id")),
        "accepts what is no object": proven(lambda content: not isinstance(content, dict)),
    }


_SHA1 = ("sha1", "sha1 made longer")


def _misreadings(scheme: Scheme) -> Mapping[str, Misread]:
    def other_app(found: Callback, _: Delivery) -> Callback:
        return replace(found, secret=next(name for name in scheme.secrets if name != found.secret))

    def other_kind(found: Callback, _: Delivery) -> Callback:
        return replace(found, kind=next(kind for kind in CallbackKind if kind is not found.kind))

    return {
        "takes one app for the other": other_app,
        "takes every app for the first": lambda found, _: replace(found, secret=scheme.secrets[0]),
        "takes one request for the other": other_kind,
        "takes now for the time of issue": lambda found, d: replace(found, issued_at=d.received_at),
        "takes somebody else for the person": lambda found, _: replace(found, user_id=found.user_id[:-1]),
    }


def _misreading(reader: CallbackReader, change: Misread) -> Prove:
    return lambda delivery, secrets: change(reader.read(delivery, secrets), delivery)


def _hasty(reader: CallbackReader, scheme: Scheme) -> Prove:
    """Stop at the first wrong letter, as ``==`` does."""
    lenient = Lenient(scheme)

    def prove(delivery: Delivery, secrets: Secrets) -> object:
        if not lenient.accepts(only)(delivery, secrets):
            raise SignatureError("the signature does not match")
        return reader.read(delivery, secrets)

    return prove
