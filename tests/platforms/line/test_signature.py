import hmac

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.platforms.line.signature import signed_with, verify

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"  # pragma: allowlist secret
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def refuses(header: str | None, *secrets: str, body: bytes = BODY) -> None:
    with pytest.raises(SignatureError):
        verify(body, header, secrets or (SECRET,))


def test_the_published_signatures_are_ours() -> None:
    verify(BODY, SIGNATURE, [SECRET])
    assert signed_with(SECRET, BODY) == SIGNATURE
    assert signed_with("channel_secret", b"bodybodybodybody") == "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="


@pytest.mark.parametrize("body", [b"", BODY + b"\n", BODY[:-1], BODY.replace(b"[]", b"[ ]"), BODY.upper()])
def test_another_body_is_refused(body: bytes) -> None:
    refuses(SIGNATURE, body=body)


def test_an_empty_body_is_refused_whoever_signed_it() -> None:
    refuses(signed_with(SECRET, b""), body=b"")


@pytest.mark.parametrize("secret", ["", " ", "x", "x" * 15])
def test_a_secret_too_short_to_be_one_accepts_nothing(secret: str) -> None:
    refuses(signed_with(secret, BODY), secret)


def test_a_bad_secret_beside_a_good_one_does_no_harm() -> None:
    verify(BODY, SIGNATURE, ["", "short", SECRET])
    refuses(signed_with("short", BODY), "", "short", SECRET)


@pytest.mark.parametrize("at", range(len(SIGNATURE) - 1))
def test_a_signature_that_differs_in_one_character_is_refused(at: int) -> None:
    refuses(SIGNATURE[:at] + ("A" if SIGNATURE[at] != "A" else "B") + SIGNATURE[at + 1 :])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "=",
        SIGNATURE[:-1],
        SIGNATURE + "=",
        SIGNATURE + "\n",
        " " + SIGNATURE,
        SIGNATURE.swapcase(),
        SIGNATURE.replace("/", "_").replace("+", "-"),
        SIGNATURE[:-2] + "t=",
        f"{SIGNATURE}, {SIGNATURE}",
        f"sha256={SIGNATURE}",
        "é" * 44,
        "\udcff" * 44,
        "x" * 10_000,
    ],
)
def test_a_missing_or_malformed_signature_is_refused(header: str | None) -> None:
    refuses(header)


def test_no_secret_at_all_accepts_nothing() -> None:
    with pytest.raises(SignatureError):
        verify(BODY, SIGNATURE, [])


def test_a_signature_is_compared_with_every_secret_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    in_constant_time = hmac.compare_digest

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return in_constant_time(a, b)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    other = "another-secret-of-32-characters-"
    verify(BODY, SIGNATURE, [SECRET, other])
    assert compared == [(signed_with(secret, BODY).encode(), SIGNATURE.encode()) for secret in (SECRET, other)]
