import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nightbell.domain.errors import SignatureError
from nightbell.platforms.standard.signature import MAX_ENTRIES, public_key, shared_key, sign, signed_text, verify

# The vectors of the specification's own libraries.
ID, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
PUBLIC = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="  # pragma: allowlist secret
SIGNED_BY_KEY = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
NOW = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def headers(signature: str = SIGNED, webhook_id: str = ID, timestamp: str = TIMESTAMP) -> dict[str, str]:
    return {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": signature}


def accepts(found: dict[str, str], *secrets: str, body: bytes = BODY, at: datetime = NOW) -> bool:
    try:
        verify(found, body, at, secrets or (SECRET,))
    except SignatureError:
        return False
    return True


def test_the_known_vectors_hold() -> None:
    assert accepts(headers())
    assert sign(ID, TIMESTAMP, BODY, [SECRET]) == SIGNED
    assert accepts(headers(SIGNED_BY_KEY), PUBLIC)
    assert accepts(headers(SIGNED_BY_KEY), SECRET, PUBLIC)
    assert not accepts(headers(SIGNED[:-2] + "A="))
    assert not accepts(headers(SIGNED_BY_KEY.replace("hnO3", "hnO4")), PUBLIC)


def test_one_of_several_entries_is_enough_and_other_versions_are_skipped() -> None:
    assert accepts(headers(f"{OTHER} {OTHER.replace('v1', 'v2')} {SIGNED} {OTHER}"))
    assert not accepts(headers(f"{OTHER} {SIGNED.replace('v1', 'v2')}"))
    assert accepts(headers(f"{OTHER} {SIGNED_BY_KEY}"), PUBLIC)


def test_a_secret_counts_with_and_without_its_prefix() -> None:
    assert accepts(headers(), SECRET.removeprefix("whsec_"))


def test_a_secret_is_accepted_beside_the_one_that_replaces_it() -> None:
    new = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert accepts(headers(), new, SECRET)
    assert accepts(headers(sign(ID, TIMESTAMP, BODY, [new, SECRET])), new)
    assert not accepts(headers(), new)


def test_an_entry_is_checked_with_keys_of_its_own_version_only() -> None:
    """Whoever knows a public key must not be able to sign with it as with a shared secret."""
    key = base64.b64decode(PUBLIC.removeprefix("whpk_"))
    forged = sign(ID, TIMESTAMP, BODY, [base64.b64encode(key).decode()])
    assert accepts(headers(forged), base64.b64encode(key).decode())
    assert not accepts(headers(forged), PUBLIC)
    assert not accepts(headers(SIGNED_BY_KEY.replace("v1a", "v1")), PUBLIC)
    assert not accepts(headers(SIGNED_BY_KEY), PUBLIC.removeprefix("whpk_"))
    assert not accepts(headers(SIGNED.replace("v1", "v1a")))


@pytest.mark.parametrize(("late_s", "accepted"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_a_signature_counts_for_five_minutes_on_either_side(late_s: int, *, accepted: bool) -> None:
    assert accepts(headers(), at=NOW + timedelta(seconds=late_s)) is accepted


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        " ",
        "now",
        "1614265330.0",
        "+1614265330",
        "-1",
        "1e9",
        "".join(chr(0xFF10 + int(digit)) for digit in TIMESTAMP),
        "9" * 13,
        "0x1",
    ],
)
def test_a_time_that_is_no_number_of_seconds_is_refused(timestamp: str) -> None:
    signature = sign(ID, timestamp, BODY, [SECRET])
    assert not accepts(headers(signature, timestamp=timestamp))


@pytest.mark.parametrize("webhook_id", ["", " ", "a b", "é", "a\n", "a" * 257, "\udcff"])
def test_an_id_that_is_no_plain_word_is_refused(webhook_id: str) -> None:
    text = f"{webhook_id}.{TIMESTAMP}.".encode("utf-8", "surrogatepass") + BODY
    signature = sign("", "", text, [SECRET])
    assert not accepts(headers(signature, webhook_id))


def test_an_id_with_dots_is_signed_as_it_is() -> None:
    assert accepts(headers(sign("a.b.c", TIMESTAMP, BODY, [SECRET]), "a.b.c"))
    assert signed_text("a.b", "1", b"c") == signed_text("a", "b.1", b"c")
    assert not accepts(headers(sign("a", f"b.{TIMESTAMP}", BODY, [SECRET]), "a", f"b.{TIMESTAMP}"))


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        "v1",
        "v1,",
        ",",
        "v1,é",
        "v1,\udcff",
        SIGNED.removeprefix("v1,"),
        SIGNED[:-1],
        SIGNED + "=",
        SIGNED + " ",
        " " + SIGNED,
        SIGNED + "\n",
        SIGNED.replace("1,", "1, "),
        SIGNED.upper(),
        SIGNED.replace("+", "-").replace("/", "_"),
        f"{SIGNED}, {SIGNED}",
        f"{SIGNED},{SIGNED}",
        f"{OTHER}  {SIGNED}",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=",
        "v1,83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1",
    ],
)
def test_a_malformed_signature_is_refused(signature: str) -> None:
    assert not accepts(headers(signature))


def test_a_signature_of_many_entries_is_refused_unchecked() -> None:
    assert accepts(headers(" ".join([OTHER] * (MAX_ENTRIES - 1) + [SIGNED])))
    assert not accepts(headers(" ".join([OTHER] * MAX_ENTRIES + [SIGNED])))


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str) -> None:
    kept = {name: value for name, value in headers().items() if name != missing}
    assert not accepts(kept)
    twins = {name.replace("webhook", "svix"): value for name, value in headers().items()}
    assert not accepts(twins | kept)


def test_the_twins_of_the_headers_count_where_they_come_alone() -> None:
    twins = {name.replace("webhook", "svix"): value for name, value in headers().items()}
    assert accepts(twins)
    assert accepts(twins | headers())
    assert not accepts(twins | headers(OTHER))


@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        "whsec_",
        "whpk_",
        "short",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        SECRET + "=",
        SECRET.replace("whsec", "whsk"),
        PUBLIC[:-4] + "A" * 4,
        "whpk_" + base64.b64encode(bytes(31)).decode(),
        "whpk_" + base64.b64encode(bytes([1]) + bytes(31)).decode(),
    ],
)
def test_what_is_no_key_verifies_nothing(secret: str) -> None:
    assert shared_key(secret) is None
    assert public_key(secret) is None
    with pytest.raises(SignatureError, match="no secret"):
        verify(headers(), BODY, NOW, [secret])
    with pytest.raises(ValueError, match="no secret"):
        sign(ID, TIMESTAMP, BODY, [secret])


def test_without_secrets_or_without_a_body_nothing_is_accepted() -> None:
    with pytest.raises(SignatureError, match="no secret"):
        verify(headers(), BODY, NOW, [])
    assert not accepts(headers(sign(ID, TIMESTAMP, b"", [SECRET])), body=b"")


def test_every_byte_of_id_time_and_body_is_signed() -> None:
    assert not accepts(headers(webhook_id=ID[:-1]))
    assert not accepts(headers(timestamp=str(int(TIMESTAMP) + 1)))
    assert not accepts(headers(), body=BODY + b" ")
    assert not accepts(headers(), body=BODY[:-1])


def test_what_another_implementation_signs_is_accepted() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    secret = "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()
    entry = "v1a," + base64.b64encode(private.sign(signed_text(ID, TIMESTAMP, BODY))).decode()
    assert accepts(headers(entry), secret)
    assert accepts(headers(entry), PUBLIC, secret)
    assert not accepts(headers(entry), PUBLIC)
