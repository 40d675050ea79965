import hmac

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.platforms.x.signature import is_usable, sign, verify

SECRET = "test-consumer-secret"
BODY = (
    b'{"for_user_id":"1111111111111111111","user_has_blocked":false,"tweet_create_events":'
    b'[{"id_str":"2222222222222222222","text":"@examplebrand help &amp; thanks"}]}'
)
SIGNED = "sha256=oplXhTxRL3I3ifJbp5LBoxwpdDBNMuXMDknpBTu5ukU="
DIGEST = SIGNED.removeprefix("sha256=")


@pytest.mark.parametrize(
    ("secret", "text", "signed"),
    [
        ("apiSecret", b"test token", "sha256=O5hJl2njQRIa4vsumZ+3oom9ECR5m3aQLRZkPoYelp0="),
        (SECRET, b"test-crc-token", "sha256=1Fg22hsV/J0MPCeiX/iZqLqDkZ0S28yOOMIljrsAX9M="),
        (SECRET, BODY, SIGNED),
    ],
)
def test_the_known_vectors_hold(secret: str, text: bytes, signed: str) -> None:
    assert sign(text, secret) == signed


def test_the_signed_body_is_accepted() -> None:
    verify(BODY, SIGNED, [SECRET])


def test_a_token_that_was_not_decoded_gives_another_answer() -> None:
    assert sign(b"test+token", "apiSecret") != sign(b"test token", "apiSecret")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        DIGEST,
        "sha256=",
        "sha256=" + DIGEST.rstrip("="),
        "sha256=" + DIGEST + "=",
        "sha256=" + DIGEST[:-2] + "V=",
        "sha256=" + DIGEST.replace("/", "_").replace("+", "-")[:-1],
        "SHA256=" + DIGEST,
        "sha1=" + DIGEST,
        SIGNED + "\n",
        " " + SIGNED,
        f"{SIGNED}, {SIGNED}",
        "sha256=" + "é" * 44,
        "sha256=a2995785",
        "sha256=" + "a29957853c512f723789f25ba792c1a31c2974304d32e5cc0e49e9053bb9ba45",
    ],
)
def test_any_other_spelling_is_refused(header: str | None) -> None:
    with pytest.raises(SignatureError):
        verify(BODY, header, [SECRET])


def test_bits_behind_the_last_byte_are_refused() -> None:
    """Four spellings of base64 decode to the same 32 bytes; only one of them is X's."""
    last = DIGEST[-2]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    group = alphabet.index(last) // 4 * 4
    for other in set(alphabet[group : group + 4]) - {last}:
        with pytest.raises(SignatureError):
            verify(BODY, f"sha256={DIGEST[:-2]}{other}=", [SECRET])


@pytest.mark.parametrize("secrets", [[], [""], ["", SECRET], [SECRET, ""]])
def test_no_key_or_an_empty_key_refuses_everything(secrets: list[str]) -> None:
    with pytest.raises(SignatureError):
        verify(BODY, SIGNED, secrets)


def test_a_signed_empty_body_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify(b"", sign(b"", SECRET), [SECRET])


def test_a_signature_is_for_one_body_and_one_secret_only() -> None:
    for body, secret in ((BODY + b" ", SECRET), (BODY, "another-consumer-secret")):
        with pytest.raises(SignatureError):
            verify(body, SIGNED, [secret])


def test_a_signature_is_compared_with_every_secret_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    in_constant_time = hmac.compare_digest

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return in_constant_time(a, b)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    verify(BODY, SIGNED, [SECRET, "another-secret"])
    assert compared == [(sign(BODY, secret).encode(), SIGNED.encode()) for secret in (SECRET, "another-secret")]


def test_an_api_secret_is_long_enough_and_a_slip_is_not() -> None:
    assert is_usable("a" * 50)
    assert not is_usable("a" * 23)
