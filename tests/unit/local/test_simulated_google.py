"""The simulated Google, alone: what it pushes is understood, and what its API tells is read."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Delivery as Sent
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.google.simulator import SimulatedGoogle
from infra.local.platforms.vendor import Act, Contact, Surroundings
from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery, Message
from nightbell.platforms.care import IN_ORDER, run
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpRequest,
    LookedUp,
    Minted,
    OutboundText,
    ReadBack,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.google.care import LocationCare
from nightbell.platforms.google.channel import GoogleReviews
from nightbell.platforms.google.platform import Google
from nightbell.platforms.google.reviews import ReviewLookUp
from nightbell.platforms.google.tokens import GoogleTokens
from tests.unit.talk import bakery

OWNER, LOCATION = "1055", "7788"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:4790/google"


@pytest.fixture
def account() -> Account:
    return replace(bakery(), channel="google_reviews", account_id=LOCATION, business_account_id=OWNER)


@pytest.fixture
def secrets(account: Account) -> dict[str, str]:
    return {name: make() for name, make in SimulatedGoogle.secrets((account,)).items()}


@pytest.fixture
def faults() -> FaultBox:
    return FaultBox()


@pytest.fixture
def google(account: Account, secrets: dict[str, str], faults: FaultBox) -> Iterator[SimulatedGoogle]:
    simulated = SimulatedGoogle(Surroundings(accounts=(account,), secrets=secrets, clock=lambda: NOW, faults=faults))
    yield simulated
    simulated.stop()


@pytest.fixture
def ada(google: SimulatedGoogle) -> Contact:
    return google.contact({"channel": "google_reviews", "contact": "AbFv-3_x", "name": "Ada"})


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def authorized(google: SimulatedGoogle, sent: Sent) -> dict[str, str]:
    """Do as the API's authorizer does, with the key that is shown."""
    token = sent.headers["Authorization"].removeprefix("Bearer ")
    head, claims, signature = token.split(".")
    (key,) = json.loads(google.answer(Request(method="GET", path="/jwks")).body)["keys"]
    numbers = rsa.RSAPublicNumbers(*(int.from_bytes(part(key[name]), "big") for name in "en"))
    signed = f"{head}.{claims}".encode()
    numbers.public_key().verify(part(signature), signed, padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        numbers.public_key().verify(part(signature), signed + b".", padding.PKCS1v15(), hashes.SHA256())
    told: dict[str, Any] = json.loads(part(claims))
    return {name: str(value) for name, value in told.items()}


def parsed(google: SimulatedGoogle, sent: Sent, secrets: dict[str, str]) -> Message:
    delivery = Delivery(
        platform="google",
        path="",
        method="POST",
        headers={},
        query={},
        body=sent.body,
        received_at=NOW,
        claims=authorized(google, sent),
    )
    Google().verify(delivery, {name: [value] for name, value in secrets.items()})
    (event,) = Google().parse(delivery)
    assert isinstance(event, Message)
    return event


def call(google: SimulatedGoogle, request: HttpRequest) -> Answer:
    form = "&".join(f"{name}={value}" for name, value in request.form or ())
    body = json.dumps(request.json).encode() if request.json is not None else form.encode()
    headers = {name.lower(): value for name, value in request.headers.items()}
    path = request.url.removeprefix(BASE)
    reply = google.answer(Request(method=request.method, path=path, headers=headers, body=body))
    return Answer(status=reply.status, headers={}, body=reply.body[: reply.keep_bytes])


def access(google: SimulatedGoogle, secrets: dict[str, str]) -> ApiAccess:
    stored = ApiAccess(
        base_url=BASE,
        version="v4",
        token=secrets[f"oauth2/{OWNER}"],
        credentials={"client": secrets["client"]},
        owner_id=OWNER,
    )
    minted = GoogleTokens().read_minted(call(google, GoogleTokens().mint_request(stored)), NOW)
    assert isinstance(minted, Minted)
    return replace(stored, token=minted.token)


def looked_up(google: SimulatedGoogle, event: Message, secrets: dict[str, str]) -> LookedUp | None:
    references = {each.kind: each.reference or "" for each in event.attachments}
    request = ReviewLookUp().look_up_request(references, LOCATION, access(google, secrets))
    assert request is not None
    return ReviewLookUp().read_look_up(call(google, request))


@pytest.mark.parametrize(
    ("kind", "words", "complains"),
    [("text", "★★★★★ Lovely.", False), ("complaint", "★☆☆☆☆ Lovely.", True), ("stars", "★★★★☆", False)],
)
def test_a_review_is_pushed_and_its_words_are_found(  # noqa: PLR0913, PLR0917 - the fixtures it needs
    google: SimulatedGoogle,
    ada: Contact,
    secrets: dict[str, str],
    kind: str,
    words: str,
    complains: bool,  # noqa: FBT001
) -> None:
    google.write(ada, Act(kind=kind, text="Lovely."))
    event = parsed(google, google.log[-1], secrets)
    assert (event.kind, event.account_id, event.contact.contact_id) == ("google_reviews.review", LOCATION, "AbFv-3_x")
    found = looked_up(google, event, secrets)
    assert found == LookedUp(text=words, author="Ada", is_complaint=complains)


def test_who_reviews_again_changes_the_one_review(
    google: SimulatedGoogle, ada: Contact, secrets: dict[str, str]
) -> None:
    for act in (Act(text="Lovely."), Act(kind="complaint", text="Not any more."), Act(kind="edit", text="Well.")):
        google.write(ada, act)
    kinds = [parsed(google, sent, secrets).kind for sent in google.log]
    assert kinds == ["google_reviews.review", "google_reviews.review_edit", "google_reviews.review_edit"]
    found = looked_up(google, parsed(google, google.log[-1], secrets), secrets)
    assert found is not None
    assert found.text == "★☆☆☆☆ Well."


def test_an_answer_in_the_profile_is_pushed_as_a_change_and_told_by_the_look_up(
    google: SimulatedGoogle, ada: Contact, secrets: dict[str, str]
) -> None:
    google.write(ada, Act(text="Lovely."))
    google.others()["person"](ada, "Thank you, Ada.", "")
    found = looked_up(google, parsed(google, google.log[-1], secrets), secrets)
    assert found is not None
    assert found.answered_at == NOW
    assert google.transcript(ada)[-1].by == "a person"


def test_an_answer_of_ours_stands_below_the_review_and_can_be_read(
    google: SimulatedGoogle, ada: Contact, secrets: dict[str, str]
) -> None:
    (name,) = google.write(ada, Act(text="Lovely.")).message_ids
    channel, how = GoogleReviews(), access(google, secrets)
    read = channel.read_back_request(name, LOCATION, how)
    outbound = OutboundText(account_id=LOCATION, address=name, text="Thank you.", tag="t")
    proof = {"account_id": LOCATION, "text": "Thank you.", "sent_from": NOW}
    assert channel.read_back(call(google, read), **proof) is ReadBack.ABSENT  # type: ignore[arg-type]
    assert channel.verdict(call(google, channel.send_request(outbound, how))).kind is VerdictKind.SENT
    assert channel.read_back(call(google, read), **proof) is ReadBack.FOUND  # type: ignore[arg-type]
    too_long = replace(outbound, text="é" * 2049)
    assert channel.verdict(call(google, channel.send_request(too_long, how))).kind is VerdictKind.REFUSED


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, VerdictKind.NOT_PERMITTED),
        (404, VerdictKind.REFUSED),
        (429, VerdictKind.NOT_SENT),
        (503, VerdictKind.UNKNOWN),
    ],
)
def test_each_documented_error_has_its_verdict(  # noqa: PLR0913, PLR0917 - the fixtures it needs
    google: SimulatedGoogle,
    ada: Contact,
    secrets: dict[str, str],
    faults: FaultBox,
    status: int,
    kind: VerdictKind,
) -> None:
    (name,) = google.write(ada, Act(text="Lovely.")).message_ids
    outbound = OutboundText(account_id=LOCATION, address=name, text="Thank you.", tag="t")
    request = GoogleReviews().send_request(outbound, access(google, secrets))
    faults.add(Fault(kind=FaultKind.ERROR, status=status))
    assert GoogleReviews().verdict(call(google, request)).kind is kind
    faults.add(Fault(kind=FaultKind.ERROR, operation="fetch", status=status))
    assert looked_up(google, parsed(google, google.log[-1], secrets), secrets) is None


def test_without_the_right_token_nothing_is_told(
    google: SimulatedGoogle, ada: Contact, secrets: dict[str, str]
) -> None:
    (name,) = google.write(ada, Act(text="Lovely.")).message_ids
    outbound = OutboundText(account_id=LOCATION, address=name, text="Thank you.", tag="t")
    right = access(google, secrets)
    request = GoogleReviews().send_request(outbound, replace(right, token="another"))
    assert GoogleReviews().verdict(call(google, request)).kind is VerdictKind.TOKEN_DEAD
    wrong = replace(right, token="1//another")
    refused = GoogleTokens().read_minted(call(google, GoogleTokens().mint_request(wrong)), NOW)
    assert isinstance(refused, Verdict)
    assert refused.kind is VerdictKind.TOKEN_DEAD


def test_a_token_for_somebody_else_is_refused(google: SimulatedGoogle, secrets: dict[str, str]) -> None:
    for claims in ({"iss": "https://elsewhere"}, {"email": "x@example.com"}, {"email_verified": False}, {"exp": 1}):
        with pytest.raises(SignatureError):
            parsed(google, google.push({}, **claims), secrets)


def test_its_notices_are_looked_after(google: SimulatedGoogle, account: Account, secrets: dict[str, str]) -> None:
    def check() -> list[str]:
        script = LocationCare().check(account, access(google, secrets), NOW)
        return [each.name for each in run(script, lambda request: call(google, request))]

    assert check() == [IN_ORDER.name]
    google.api.settings[OWNER]["notificationTypes"] = ["GOOGLE_UPDATE"]
    assert check() == ["subscriptions_repaired"]
    assert check() == [IN_ORDER.name]


def test_an_act_that_nobody_can_do_is_refused_in_words(google: SimulatedGoogle, ada: Contact) -> None:
    for act in (Act(kind="fax"), Act(kind="edit", text="before there is one")):
        with pytest.raises(ValueError, match="stars"):
            google.write(ada, act)
    with pytest.raises(ValueError, match="no review"):
        google.others()["person"](ada, "Thank you.", "")
    with pytest.raises(ValueError, match="letters"):
        google.contact({"channel": "google_reviews", "contact": "a/b"})


def test_it_says_where_its_keys_are(google: SimulatedGoogle) -> None:
    asked = Request(method="GET", path="/.well-known/openid-configuration", headers={"host": "127.0.0.1:4790"})
    told = json.loads(google.answer(asked).body)
    assert told == {"issuer": BASE, "jwks_uri": f"{BASE}/jwks"}
