"""Requests in the name of a person under attack: the signature stands in a form, beside the text it signs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count, cycle, islice, product
from typing import Any

from nightbell.platforms.channel import Callback, CallbackReader
from tests.chaos.forgery.broken_callbacks import broken_readers
from tests.chaos.forgery.corpus import IN_BASE64, NAMES, STYLES, TEXTS, WORD
from tests.chaos.forgery.deliveries import USELESS
from tests.chaos.forgery.forger import Forger
from tests.chaos.forgery.form_signatures import SIGNATURES
from tests.chaos.forgery.form_ways import form_ways
from tests.chaos.forgery.target import ASKED, Secrets, Target
from tests.chaos.scheme import InForm, Scheme
from tests.chaos.sent import Sent
from tests.chaos.signing import url_safe

PERSON = "7733377733"
"""How everybody is numbered who asks; must never be logged."""
PAYLOAD_LETTERS = 4_000
"""A little less than the most that is accepted; a genuine one has some 200."""
ALGORITHM = "HMAC-SHA256"

_AGES = (timedelta(0), timedelta(minutes=-5), timedelta(hours=1), timedelta(days=6, hours=23))
_TYPES = ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8", "text/plain")
_MORE: Sequence[Callable[[str], Mapping[str, Any]]] = (
    lambda _: {},
    lambda text: {"expires": 0, "user": {"country": "es", "locale": "es_ES", "age": {"min": 21}, "name": text}},
    lambda text: {"app_data": text, "oauth_token": "CanarySecret-token", "profile_id": "100000000000001"},
)
_ORDERS: Sequence[Callable[[list[Any]], list[Any]]] = (list, lambda pairs: pairs[::-1])
_FORMS: Sequence[Callable[[InForm, bytes], bytes]] = (
    lambda form, value: form.written(value),
    lambda form, value: form.written(value) + b"&a=&b=%C3%A9&c",
    lambda form, value: f"state={WORD}&".encode() + form.written(value),
    lambda form, value: form.written(value).replace(b".", b"%2E").replace(b"_request", b"%5frequest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a genuine request says."""

    path: str
    user_id: str
    signer: str
    issued_at: datetime


def callbacks(reader: CallbackReader, scheme: Scheme, secrets: Secrets, per_path: int, at: datetime) -> Target:
    """Make the target: every path of the platform at which it asks for a person."""
    made = list(_genuine(reader, scheme, secrets, per_path, at))
    asked, genuine = {sent.body: one for one, sent in made}, [sent for _, sent in made]
    keys = [value for name in scheme.secrets for value in secrets[name]]
    known = {scheme.place.take(sent)[0] for sent in genuine}
    return Target(
        platform=reader.platform,
        kind=ASKED,
        prove=reader.read,
        genuine=genuine,
        forger=Forger(
            scheme,
            genuine,
            secrets,
            ways=form_ways(scheme, genuine, keys, at),
            signatures=SIGNATURES,
            known=known,
        ),
        secrets=secrets,
        signers=scheme.secrets,
        resigned=scheme.signed_anew,
        nearly=lambda sent: scheme.nearly(sent, keys[0]),
        useless=USELESS,
        refusal="signature",
        misread=lambda sent, found: _misread(asked[sent.body], found),
        broken=partial(broken_readers, reader, scheme),
    )


def _genuine(
    reader: CallbackReader, scheme: Scheme, secrets: Secrets, per_path: int, at: datetime
) -> Iterator[tuple[Asked, Sent]]:
    numbers = count()
    signers = cycle([(name, value) for name in scheme.secrets for value in secrets[name]])
    travelling = zip(cycle(_FORMS), cycle(_TYPES), cycle(NAMES), cycle(IN_BASE64), strict=False)
    for path in reader.kinds:
        for content, travels in zip(islice(_contents(), per_path), travelling, strict=False):
            number, (signer, key) = next(numbers), next(signers)
            issued_at = at - _AGES[number // 3 % len(_AGES)]
            person = f"{PERSON}{number:06d}"
            payload = content(
                {"user_id": int(person) if number % 5 else person, "issued_at": int(issued_at.timestamp())}
            )
            asked = Asked(path=path, user_id=person, signer=signer, issued_at=issued_at.replace(microsecond=0))
            yield asked, _travelling(scheme, scheme.request(payload, key, what=f"{path} {number}", path=path), travels)


Content = Callable[[Mapping[str, Any]], bytes]
"""Writes a payload that says this, among other things."""


def _contents() -> Iterator[Content]:
    """Write payloads in every way, round and round; what would be too long is left out."""
    made = [_content(*each) for each in product(_MORE, TEXTS, STYLES, _ORDERS)]
    short = [each for each in made if len(each({"user_id": PERSON * 2, "issued_at": 10**10})) < PAYLOAD_LETTERS]
    return cycle(short)


def _content(
    more: Callable[[str], Mapping[str, Any]],
    text: str,
    style: Callable[[object], bytes],
    order: Callable[[list[Any]], list[Any]],
) -> Content:
    algorithm = ALGORITHM if len(text) % 2 else ALGORITHM.lower()
    return lambda told: url_safe(
        style(dict(order(list({"algorithm": algorithm, **told, **more(text)}.items()))))
    ).encode()


def _travelling(scheme: Scheme, sent: Sent, travels: tuple[Any, str, Any, bool]) -> Sent:
    form, content_type, name, in_base64 = travels
    text, signature = scheme.place.take(sent)
    body = sent.body
    if isinstance(scheme.place, InForm):
        body = form(scheme.place, f"{signature}.".encode() + text)
    return replace(sent, body=body, headers={name("content-type"): content_type}, in_base64=in_base64)


def _misread(asked: Asked, found: object) -> str:
    """Say in what a request was misunderstood: who asks for what, when, and by which app."""
    if not isinstance(found, Callback):
        return "read as nothing"
    wrong = {
        "path": found.kind.value != asked.path,
        "person": found.user_id != asked.user_id,
        "app": found.secret != asked.signer,
        "time": found.issued_at != asked.issued_at,
    }
    return ", ".join(f"the wrong {name}" for name, is_wrong in wrong.items() if is_wrong)
