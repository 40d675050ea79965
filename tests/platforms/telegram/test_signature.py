import hmac

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.platforms.telegram.signature import is_usable, verify

BODY = b'{"update_id":1}'
SECRET = "a-secret_of-32-characters-000000"
EVERY_CHARACTER = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def refuses(header: str | None, *secrets: str, body: bytes = BODY) -> None:
    with pytest.raises(SignatureError):
        verify(body, header, secrets or (SECRET,))


@pytest.mark.parametrize("secret", [SECRET, EVERY_CHARACTER, "x" * 24, "x" * 256])
def test_the_very_secret_is_accepted(secret: str) -> None:
    verify(BODY, secret, [secret])


@pytest.mark.parametrize("secret", ["", " ", "x", "x" * 23, "x" * 257, "x" * 31 + " ", "x" * 31 + "é", "x" * 31 + "\n"])
def test_what_telegram_would_not_take_or_anybody_could_guess_is_no_secret(secret: str) -> None:
    assert not is_usable(secret)
    refuses(secret, secret)


def test_a_bad_secret_beside_a_good_one_does_no_harm() -> None:
    verify(BODY, SECRET, ["", "short", SECRET])
    refuses("short", "", "short", SECRET)


@pytest.mark.parametrize("at", range(len(SECRET)))
def test_a_secret_that_differs_in_one_character_is_refused(at: int) -> None:
    refuses(SECRET[:at] + ("a" if SECRET[at] != "a" else "b") + SECRET[at + 1 :])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        SECRET[:-1],
        SECRET + "0",
        SECRET + " ",
        SECRET + "\n",
        " " + SECRET,
        SECRET.upper(),
        f"{SECRET}, {SECRET}",
        f"other, {SECRET}",
        "é" * 32,
        "\udcff" * 32,
        "x" * 10_000,
    ],
)
def test_a_missing_or_malformed_header_is_refused(header: str | None) -> None:
    refuses(header)


def test_an_empty_body_is_refused() -> None:
    refuses(SECRET, body=b"")


def test_no_secret_at_all_accepts_nothing() -> None:
    with pytest.raises(SignatureError):
        verify(BODY, SECRET, [])


def test_a_header_is_compared_with_every_secret_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    in_constant_time = hmac.compare_digest

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return in_constant_time(a, b)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    other = "another-secret-of-32-characters-"
    verify(BODY, SECRET, [SECRET, other])
    assert compared == [(secret.encode(), SECRET.encode()) for secret in (SECRET, other)]
