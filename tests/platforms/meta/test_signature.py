import hmac
import json

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.meta.graph_api import make_proof
from nightbell.platforms.meta.platform import Meta
from nightbell.platforms.meta.signature import is_usable, sign, verify
from tests.platforms.fixtures import RECEIVED_AT

SECRET = "test-app-secret"

# One object in three spellings: as Meta sends it, with more characters escaped, and written again as plain UTF-8.
SENT = (
    rb'{"object":"page","entry":[{"id":"100000000000001","time":1790000000123,"messaging":[{"sender":'
    rb'{"id":"5000000000000001"},"recipient":{"id":"100000000000001"},"timestamp":1790000000001,"message":'
    rb'{"mid":"m_test1","text":"Gr\u00fc\u00dfe \ud83d\ude00 a\/b <1% @x"}}]}]}'
)
MORE_ESCAPED = SENT.replace(b"<", rb"\u003C").replace(b"%", rb"\u0025").replace(b"@", rb"\u0040")
WRITTEN_AGAIN = json.dumps(json.loads(SENT), ensure_ascii=False, separators=(",", ":")).encode()

SIGNED = "sha256=1471bd380affef7b47af05779804f6e60e90ecc484b7ef8b06820a1a3ca514f0"
SIGNED_MORE_ESCAPED = "sha256=6f5cf42414dc4bec1eae9cf1ec30ba03f790d9ac2a0b5f2452358cf7c257820b"
SIGNED_WRITTEN_AGAIN = "sha256=ec1055465eb451733944c149fd252d41956c615a09fd0323372919486e53c762"


def delivery_of(body: bytes, signature: str) -> Delivery:
    headers = {"x-hub-signature-256": signature}
    return Delivery(
        platform="meta", path="", method="POST", headers=headers, query={}, body=body, received_at=RECEIVED_AT
    )


def test_the_known_vectors_hold() -> None:
    assert sign(SENT, SECRET) == SIGNED
    assert sign(MORE_ESCAPED, SECRET) == SIGNED_MORE_ESCAPED
    verify(SENT, SIGNED, [SECRET])
    verify(MORE_ESCAPED, SIGNED_MORE_ESCAPED, [SECRET])


def test_the_three_spellings_mean_the_same_and_are_signed_apart() -> None:
    assert json.loads(SENT) == json.loads(MORE_ESCAPED) == json.loads(WRITTEN_AGAIN)
    assert sign(WRITTEN_AGAIN, SECRET) == SIGNED_WRITTEN_AGAIN
    with pytest.raises(SignatureError):
        verify(WRITTEN_AGAIN, SIGNED, [SECRET])


@pytest.mark.parametrize("secrets", [[], [""], ["", SECRET], [SECRET, ""]])
def test_no_key_or_an_empty_key_refuses_everything(secrets: list[str]) -> None:
    with pytest.raises(SignatureError):
        verify(SENT, SIGNED, secrets)


def test_a_signature_is_compared_with_every_secret_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    in_constant_time = hmac.compare_digest

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return in_constant_time(a, b)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    verify(SENT, SIGNED, [SECRET, "another-secret"])
    assert compared == [(sign(SENT, secret).encode(), SIGNED.encode()) for secret in (SECRET, "another-secret")]


def test_a_body_signed_with_an_empty_key_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify(SENT, sign(SENT, ""), [""])


def test_a_signed_empty_body_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify(b"", sign(b"", SECRET), [SECRET])


@pytest.mark.parametrize("length", [0, 1, 15, 23])
def test_a_body_signed_with_a_short_secret_is_refused(length: int) -> None:
    short = "x" * length
    with pytest.raises(SignatureError):
        Meta().verify(delivery_of(SENT, sign(SENT, short)), {"app_secret": [short]})


def test_a_short_secret_beside_a_good_one_does_no_harm() -> None:
    good = "x" * 24
    Meta().verify(delivery_of(SENT, sign(SENT, good)), {"app_secret": ["", "short", good]})


def test_an_app_secret_is_long_enough_and_a_slip_is_not() -> None:
    assert is_usable("0123456789abcdef0123456789abcdef")
    assert not is_usable(SECRET)


def test_the_proof_of_a_token_matches_the_known_one() -> None:
    proof = make_proof("EAAFAKETOKEN", SECRET)
    assert proof == "5753a0866554fae64c7c6ada628bb5857613fdedb256f0544ce939abcc173ec0"


APP, INSTAGRAM, STRANGER = "a" * 32, "b" * 32, "c" * 32


@pytest.mark.parametrize("key", [APP, INSTAGRAM])
def test_the_app_and_instagrams_own_app_may_sign(key: str) -> None:
    Meta().verify(delivery_of(SENT, sign(SENT, key)), {"app_secret": [APP], "instagram_app_secret": [INSTAGRAM]})


@pytest.mark.parametrize("key", [APP, INSTAGRAM])
def test_a_replaced_secret_of_either_app_is_accepted(key: str) -> None:
    new = "n" * 32
    secrets = {"app_secret": [new, APP], "instagram_app_secret": [new, INSTAGRAM]}
    Meta().verify(delivery_of(SENT, sign(SENT, key)), secrets)


@pytest.mark.parametrize(
    ("key", "secrets"),
    [
        (STRANGER, {"app_secret": [APP], "instagram_app_secret": [INSTAGRAM]}),
        (INSTAGRAM, {"app_secret": [APP]}),
        (INSTAGRAM, {"app_secret": [APP], "instagram_app_secret": []}),
        ("short", {"app_secret": [APP], "instagram_app_secret": ["short"]}),
        ("", {"app_secret": [APP], "instagram_app_secret": [""]}),
        ("verify me, and nothing more", {"app_secret": [APP], "verify_token": ["verify me, and nothing more"]}),
    ],
)
def test_no_other_secret_signs(key: str, secrets: dict[str, list[str]]) -> None:
    with pytest.raises(SignatureError):
        Meta().verify(delivery_of(SENT, sign(SENT, key)), secrets)


def test_a_signature_by_either_app_is_for_one_body_only() -> None:
    other = SENT.replace(b"m_test1", b"m_test2")
    for key in (APP, INSTAGRAM):
        with pytest.raises(SignatureError):
            Meta().verify(
                delivery_of(other, sign(SENT, key)), {"app_secret": [APP], "instagram_app_secret": [INSTAGRAM]}
            )
