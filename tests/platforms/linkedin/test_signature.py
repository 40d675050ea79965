import hmac
import json

import pytest

from nightbell.domain.errors import HandshakeError, SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.linkedin.platform import LinkedIn
from nightbell.platforms.linkedin.signature import MARK, is_usable, sign, verify
from tests.platforms.fixtures import RECEIVED_AT

SECRET = "test-client-secret"  # pragma: allowlist secret
BODY = b'{"type":"ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS","notifications":[]}'
SIGNED = "341cf5778654a2e246e6fc68fb6ec196f21f44f3bc76346a8896e2de2f4857a7"
BODY_ALONE = "6c11b6cd44c0e90ba9dd987634d8f902a19a6119e861a052d81352cee856e48a"
CODE = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
ANSWERED = "05f7c3a9fc0fd9476f5fa3a0f318d460b83aba7b241196a57cc44868a392fc57"
LINKEDIN = LinkedIn()


def refuses(header: str | None, *secrets: str, body: bytes = BODY) -> None:
    with pytest.raises(SignatureError):
        verify(body, header, secrets or (SECRET,))


def asked(query: dict[str, str], method: str = "GET") -> Delivery:
    return Delivery(
        platform="linkedin", path="", method=method, headers={}, query=query, body=b"", received_at=RECEIVED_AT
    )


@pytest.mark.parametrize("header", [SIGNED, MARK + SIGNED])
def test_the_known_vector_holds_with_and_without_the_mark_in_the_header(header: str) -> None:
    assert sign(BODY, SECRET) == SIGNED
    verify(BODY, header, [SECRET])
    verify(BODY, header, ["a-newer-client-secret", SECRET])


@pytest.mark.parametrize("header", [BODY_ALONE, MARK + BODY_ALONE])
def test_the_digest_of_the_body_alone_is_no_proof(header: str) -> None:
    assert hmac.new(SECRET.encode(), BODY, "sha256").hexdigest() == BODY_ALONE
    refuses(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        MARK,
        SIGNED[:-1],
        SIGNED + "0",
        SIGNED + "\n",
        " " + SIGNED,
        SIGNED.upper(),
        MARK + MARK + SIGNED,
        "sha256=" + SIGNED,
        f"{SIGNED}, {SIGNED}",
        "é" * 64,
        "\udcff" * 64,
    ],
)
def test_a_missing_or_malformed_signature_is_refused(header: str | None) -> None:
    refuses(header)


@pytest.mark.parametrize("secret", ["", " ", "x" * 15])
def test_a_secret_too_short_to_be_one_accepts_nothing(secret: str) -> None:
    assert not is_usable(secret)
    refuses(sign(BODY, secret), secret)
    with pytest.raises(SignatureError):
        verify(BODY, SIGNED, [])


def test_a_short_secret_beside_a_good_one_does_no_harm() -> None:
    verify(BODY, SIGNED, ["", "short", SECRET])


def test_a_signed_empty_body_is_refused() -> None:
    refuses(sign(b"", SECRET), body=b"")


def test_the_challenge_is_answered_by_the_current_secret() -> None:
    reply = LINKEDIN.handshake(
        asked({"challengeCode": CODE, "applicationId": "77"}), {"client_secret": [SECRET, "an-older-client-secret"]}
    )
    assert reply is not None
    assert reply.content_type == "application/json"
    assert json.loads(reply.body) == {"challengeCode": CODE, "challengeResponse": ANSWERED}


@pytest.mark.parametrize("code", ["", "x" * 65, "é", 'hmacsha256={"type":"x"}', "{}", "a b", "a\n", "<b>", "a=b"])
def test_nothing_that_could_be_a_delivery_is_ever_signed_for_whoever_asks(code: str) -> None:
    """The very key that proves deliveries signs what anybody asks."""
    with pytest.raises(HandshakeError):
        LINKEDIN.handshake(asked({"challengeCode": code}), {"client_secret": [SECRET]})


def test_without_a_usable_secret_there_is_no_answer() -> None:
    known: list[dict[str, list[str]]] = [{}, {"client_secret": []}, {"client_secret": ["short"]}]
    for secrets in known:
        with pytest.raises(HandshakeError):
            LINKEDIN.handshake(asked({"challengeCode": CODE}), secrets)


def test_only_a_get_with_a_challenge_is_one() -> None:
    secrets = {"client_secret": [SECRET]}
    assert LINKEDIN.handshake(asked({}), secrets) is None
    assert LINKEDIN.handshake(asked({"challengeCode": CODE}, "POST"), secrets) is None


def test_one_address_serves_every_organisation() -> None:
    assert LINKEDIN.accepts("", ())
    assert not LINKEDIN.accepts("x", ())
    assert LINKEDIN.secret_names(asked({}), ()).needed == ("client_secret",)
