"""Meta's requests in the name of a person: proven, or refused whatever they look like."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Callback, CallbackKind
from nightbell.platforms.meta.callbacks import MetaCallbacks, _split

SECRET = "an-app-secret-of-enough-length"  # pragma: allowlist secret
INSTAGRAM = "the-secret-of-the-instagram-app"  # pragma: allowlist secret
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VECTOR = (
    "FuraRxuaxpOyTsfQQkFqPYmIz82jBXhk72t3VoxGN_8."
    "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc5MDAwMDAwMCwidXNlcl9pZCI6IjIxODQ3MSJ9"
)
VECTOR_SECRET = "test-app-secret"  # pragma: allowlist secret
READER = MetaCallbacks()


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(content: Any, secret: str = SECRET) -> str:
    payload = encode(content if isinstance(content, bytes) else json.dumps(content).encode())
    return f"{encode(hmac.new(secret.encode(), payload.encode(), 'sha256').digest())}.{payload}"


def content(**more: Any) -> dict[str, Any]:
    return {"algorithm": "HMAC-SHA256", "issued_at": int(NOW.timestamp()), "user_id": "218471"} | more


def delivery(body: bytes | str, path: str = "deletion", at: datetime = NOW) -> Delivery:
    return Delivery(
        platform="meta",
        path=path,
        method="POST",
        headers={"content-type": "application/x-www-form-urlencoded"},
        query={},
        body=body if isinstance(body, bytes) else f"signed_request={body}".encode(),
        received_at=at,
    )


def read(body: bytes | str, **more: Any) -> Callback:
    return READER.read(delivery(body, **more), {"app_secret": [SECRET], "instagram_app_secret": [INSTAGRAM]})


def is_refused(body: bytes | str, **more: Any) -> bool:
    with pytest.raises(SignatureError):
        read(body, **more)
    return True


def test_a_known_request_is_read_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short secret is refused everywhere else; the vector was made with one."""
    monkeypatch.setattr("nightbell.platforms.meta.signature.MIN_SECRET_LENGTH", 1)
    at = datetime.fromtimestamp(1790000000, UTC)
    found = READER.read(delivery(VECTOR, at=at), {"app_secret": [VECTOR_SECRET]})
    assert (found.user_id, found.issued_at, found.kind) == ("218471", at, CallbackKind.DELETION)
    mac, payload = _split(VECTOR)
    assert mac == hmac.new(VECTOR_SECRET.encode(), payload.encode(), "sha256").digest()
    assert sign(base64.urlsafe_b64decode(payload + "=="), VECTOR_SECRET) == VECTOR


@pytest.mark.parametrize("path", ["deletion", "deauthorize"])
def test_the_path_tells_what_is_asked(path: str) -> None:
    assert read(sign(content()), path=path).kind == path


def test_either_app_may_sign_and_is_told_apart() -> None:
    assert read(sign(content())).secret == "app_secret"
    assert read(sign(content(), INSTAGRAM)).secret == "instagram_app_secret"


def test_a_secret_that_is_being_replaced_is_accepted_beside_the_new_one() -> None:
    secrets = {"app_secret": ["a-new-secret-that-is-long-enough", SECRET]}
    assert READER.read(delivery(sign(content())), secrets).user_id == "218471"


def test_an_id_may_be_a_number_and_other_fields_are_no_matter() -> None:
    assert read(sign(content(user_id=218471, expires=0, user={"country": "es"}))).user_id == "218471"


def test_the_algorithm_may_be_written_in_any_case() -> None:
    assert read(sign(content(algorithm="hmac-sha256"))).user_id == "218471"


def test_the_code_is_the_same_for_the_same_request_and_for_no_other() -> None:
    one = sign(content())
    assert read(one).code == read(one, path="deauthorize").code
    assert read(one).code != read(sign(content(user_id="218472"))).code
    assert len(read(one).code) == 26
    assert read(one).code.isalnum()


@pytest.mark.parametrize("secrets", [{}, {"app_secret": []}, {"app_secret": [""]}, {"app_secret": ["too-short"]}])
def test_without_a_usable_secret_nothing_is_accepted(secrets: dict[str, list[str]]) -> None:
    signed = sign(content(), "too-short")
    with pytest.raises(SignatureError):
        READER.read(delivery(signed), secrets)
    # An HMAC with an empty key is a valid one in Python.
    with pytest.raises(SignatureError):
        READER.read(delivery(sign(content(), "")), secrets)


def test_a_secret_for_something_else_signs_nothing() -> None:
    with pytest.raises(SignatureError):
        READER.read(delivery(sign(content())), {"app_secret": [INSTAGRAM], "verify_token": [SECRET]})


def test_another_apps_secret_is_refused() -> None:
    assert is_refused(sign(content(), "somebody-elses-secret-of-length"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"signed_request=",
        b"signed_request",
        b"signed_request=.",
        b"other=1",
        b"\xff\xfe",
        b"signed_request=%FF",
        b"&" * 10_000,
        b"a=1&" * 10_000,
        json.dumps({"signed_request": sign(content())}).encode(),
        f"signed_request={sign(content())}&signed_request={sign(content(user_id='1'))}".encode(),
        f"signed_request={sign(content())}&signed_request=".encode(),
        f"signed_request[]={sign(content())}".encode(),
        f"SIGNED_REQUEST={sign(content())}".encode(),
        f"signed_request={sign(content())}.{sign(content())}".encode(),
        f"signed_request={sign(content())}=".encode(),
        f"signed_request={sign(content()).replace('.', '')}".encode(),
        f"signed_request={sign(content()).split('.')[1]}".encode(),
        f"signed_request=.{sign(content()).split('.')[1]}".encode(),
        f"signed_request={sign(content())}%0A".encode(),
        f"signed_request=%20{sign(content())}".encode(),
    ],
)
def test_a_form_that_is_not_one_signed_request_is_refused(body: bytes) -> None:
    assert is_refused(body)


def test_the_signature_in_another_notation_is_refused() -> None:
    mac, _, payload = sign(content()).partition(".")
    raw = base64.urlsafe_b64decode(mac + "=")
    assert is_refused(f"{raw.hex()}.{payload}")
    assert is_refused(f"{encode(raw.hex().encode())}.{payload}")
    assert is_refused(quote(f"{base64.b64encode(raw).decode()}.{payload}", safe=""))
    assert is_refused(f"{encode(raw[:31])}.{payload}")
    assert is_refused(f"{encode(raw + b'x')}.{payload}")


def test_the_same_signature_written_differently_is_refused() -> None:
    """Of the last letter of 32 bytes in base64 two bits mean nothing; a second spelling would give a second code."""
    mac, _, payload = sign(content()).partition(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # pragma: allowlist secret
    last = letters.index(mac[-1])
    assert is_refused(f"{mac[:-1]}{letters[last ^ 1]}.{payload}")


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "none"},
        {"algorithm": "HMAC-SHA1"},
        {"algorithm": None},
        {"algorithm": ["HMAC-SHA256"]},
        {"user_id": ""},
        {"user_id": None},
        {"user_id": True},
        {"user_id": 1.5},
        {"user_id": "<script>"},
        {"user_id": "1" * 129},
        {"user_id": {"id": "1"}},
        {"issued_at": None},
        {"issued_at": "1790000000"},
        {"issued_at": True},
        {"issued_at": 0},
        {"issued_at": -1},
        {"issued_at": 10**30},
        {"issued_at": int(NOW.timestamp() * 1000)},
    ],
)
def test_a_signed_request_that_says_something_else_is_refused(changed: dict[str, Any]) -> None:
    assert is_refused(sign(content(**changed)))


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"1",
        b"null",
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"algorithm":"HMAC-SHA256","algorithm":"none","issued_at":1795424400,"user_id":"1"}',
        b'{"algorithm":"HMAC-SHA256","issued_at":NaN,"user_id":"1"}',
    ],
)
def test_signed_bytes_that_are_no_such_object_are_refused(raw: bytes) -> None:
    assert is_refused(sign(raw))


@pytest.mark.parametrize("field", ["algorithm", "issued_at", "user_id"])
def test_a_missing_field_is_refused(field: str) -> None:
    without = content()
    del without[field]
    assert is_refused(sign(without))


def test_an_old_request_and_one_from_the_future_are_refused() -> None:
    signed = sign(content())
    assert read(signed, at=NOW + timedelta(days=7)).user_id == "218471"
    assert is_refused(signed, at=NOW + timedelta(days=7, seconds=1))
    assert is_refused(signed, at=NOW - timedelta(minutes=11))


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_changed_byte_is_accepted(place: int, by: int) -> None:
    signed = bytearray(sign(content()).encode())
    signed[place % len(signed)] ^= by
    assert is_refused(b"signed_request=" + bytes(signed))


@given(st.binary(max_size=300))
def test_whatever_comes_is_refused_with_the_one_error(body: bytes) -> None:
    assert is_refused(body)
    assert is_refused(b"signed_request=" + body)
