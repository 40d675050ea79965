"""What every signature is checked with: vectors of its digests, and spellings that are refused."""

import pytest

from nightbell.platforms.reading.compare import hmac_base64, hmac_hex, same, strict_base64, strict_hex

# Source: RFC 4231 §4.3 (SHA-256) and RFC 2202 §3 (SHA-1), test case 2 of both.
KEY, TEXT = b"Jefe", b"what do ya want for nothing?"


def test_digests_are_those_of_the_standards() -> None:
    assert hmac_hex("sha256", KEY, TEXT) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hmac_hex("sha1", KEY, TEXT) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    assert hmac_base64("sha1", KEY, TEXT) == "7/zfauXrL6LSdBbV8YTfnCWafHk="


@pytest.mark.parametrize("text", ["", "a", "é", "\udcff", "\U0001f514"])
def test_a_text_is_the_same_as_itself_and_as_its_bytes(text: str) -> None:
    assert same(text, text)
    assert same(text, text.encode("utf-8", "surrogatepass"))
    assert not same(text, text + "x")
    assert not same(b"x" + text.encode("utf-8", "surrogatepass"), text)


@pytest.mark.parametrize(("text", "value"), [("", b""), ("AA==", b"\0"), ("+/+/", b"\xfb\xff\xbf")])
def test_canonical_base64_is_read(text: str, value: bytes) -> None:
    assert strict_base64(text) == value


@pytest.mark.parametrize(
    "text", ["AA", "AA=", "AA===", "AB==", "AA==\n", " AA==", "A A=", "-_-_", "A", "AA==AA==", "é", "\udcff", "\0"]
)
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    assert strict_base64(text) is None


def test_lower_case_digits_of_the_right_number_are_read() -> None:
    assert strict_hex("00ff", 4) == b"\x00\xff"


@pytest.mark.parametrize("text", ["", "00f", "00FF", "00ff0", "00ff00", " 0ff", "00f\n", "0x00", "\u0660" * 4, "00 f"])
def test_other_digits_are_refused(text: str) -> None:
    assert strict_hex(text, 4) is None
