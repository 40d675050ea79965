import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nightbell.platforms.standard import ed25519

# RFC 8032 §7.1: a public key, a text and its signature.
KNOWN = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",  # pragma: allowlist secret
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"  # pragma: allowlist secret
            "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"  # pragma: allowlist secret
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",  # pragma: allowlist secret
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"  # pragma: allowlist secret
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),  # pragma: allowlist secret
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",  # pragma: allowlist secret
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"  # pragma: allowlist secret
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),  # pragma: allowlist secret
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
TWISTED = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"  # pragma: allowlist secret
# Every point whose order divides 8, in its canonical form.
SMALL_ORDER = [
    (1).to_bytes(32, "little"),
    (FIELD - 1).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    bytes.fromhex(TWISTED),
    bytes.fromhex(TWISTED[:-2] + "fa"),
    ((FIELD - int.from_bytes(bytes.fromhex(TWISTED), "little")) % FIELD).to_bytes(32, "little"),
    ((FIELD - int.from_bytes(bytes.fromhex(TWISTED), "little")) % FIELD | 1 << 255).to_bytes(32, "little"),
]
# The same y again with the field's size added, and x = 0 called odd.
NOT_CANONICAL = [
    (FIELD + 1).to_bytes(32, "little"),
    FIELD.to_bytes(32, "little"),
    (1 | 1 << 255).to_bytes(32, "little"),
    (FIELD - 1 | 1 << 255).to_bytes(32, "little"),
    b"\xff" * 32,
]


def signed(text: bytes) -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return key.public_key().public_bytes_raw(), key.sign(text)


@pytest.mark.parametrize(("key", "text", "signature"), KNOWN)
def test_the_known_vectors_hold(key: str, text: str, signature: str) -> None:
    assert ed25519.verify(bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(text))


@pytest.mark.parametrize(("key", "text", "signature"), KNOWN)
def test_each_bit_of_a_known_vector_counts(key: str, text: str, signature: str) -> None:
    right = bytes.fromhex(signature)
    for bit in range(0, 512, 7):
        wrong = bytearray(right)
        wrong[bit // 8] ^= 1 << bit % 8
        assert not ed25519.verify(bytes.fromhex(key), bytes(wrong), bytes.fromhex(text))
    assert not ed25519.verify(bytes.fromhex(key), right, bytes.fromhex(text) + b"\0")
    for other, *_ in KNOWN:
        assert ed25519.verify(bytes.fromhex(other), right, bytes.fromhex(text)) is (other == key)


def test_what_another_implementation_signs_is_accepted_and_nothing_beside_it() -> None:
    rng = random.Random("ed25519")
    for length in range(60):
        private = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        key, text = private.public_key().public_bytes_raw(), rng.randbytes(length)
        signature = private.sign(text)
        assert ed25519.verify(key, signature, text)
        wrong = bytearray(signature)
        wrong[rng.randrange(64)] ^= 1 << rng.randrange(8)
        assert not ed25519.verify(key, bytes(wrong), text)


def test_a_number_that_means_the_same_but_is_too_large_is_refused() -> None:
    key, right = signed(b"text")
    number = int.from_bytes(right[32:], "little") + ORDER
    assert not ed25519.verify(key, right[:32] + number.to_bytes(32, "little"), b"text")
    assert not ed25519.verify(key, right[:32] + ORDER.to_bytes(32, "little"), b"text")


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    key, right = signed(b"text")
    assert not ed25519.verify(key, (right * 2)[:length], b"text")


@pytest.mark.parametrize("key", SMALL_ORDER, ids=bytes.hex)
def test_a_key_of_small_order_signs_nothing(key: bytes) -> None:
    """With such a key the neutral point and the number zero would be a signature of any text, or of every eighth."""
    assert not ed25519.is_key(key)
    for first in SMALL_ORDER:
        assert not any(ed25519.verify(key, first + bytes(32), bytes([n])) for n in range(3))


@pytest.mark.parametrize("point", NOT_CANONICAL, ids=bytes.hex)
def test_a_point_is_taken_in_its_one_form_only(point: bytes) -> None:
    key, right = signed(b"text")
    assert not ed25519.is_key(point)
    assert not ed25519.verify(point, right, b"text")
    assert not ed25519.verify(key, point + right[32:], b"text")


def test_a_number_that_is_on_no_curve_is_no_key() -> None:
    found = [ed25519.is_key(n.to_bytes(32, "little")) for n in range(2, 60)]
    assert True in found
    assert False in found


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_none(length: int) -> None:
    key, right = signed(b"text")
    assert not ed25519.is_key((key * 2)[:length])
    assert not ed25519.verify((key * 2)[:length], right, b"text")
