import json
from collections.abc import Mapping

import pytest

from nightbell.domain.errors import HandshakeError, SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.x import handshake
from nightbell.platforms.x.signature import sign, verify
from tests.platforms.fixtures import RECEIVED_AT, read_fixtures

NEW, OLD = "n" * 50, "o" * 50


def get(query: Mapping[str, str], url: str = "") -> Delivery:
    return Delivery(
        platform="x", path="", method="GET", headers={}, query=query, body=b"", received_at=RECEIVED_AT, url=url
    )


def test_the_answer_is_made_with_the_current_secret() -> None:
    assert json.loads(handshake.answer("test token", [NEW, OLD])) == {"response_token": sign(b"test token", NEW)}


def test_a_secret_too_short_to_be_one_answers_nothing() -> None:
    assert json.loads(handshake.answer("t", ["short", OLD])) == {"response_token": sign(b"t", OLD)}
    with pytest.raises(HandshakeError):
        handshake.answer("t", ["short", ""])


@pytest.mark.parametrize(
    "token", ["", "a" * 513, "a\n", "\x00", "é", "\udcff", "\x7f", "{}", "[]", '"a"', "a&b", "a%20b", " ", " a"]
)
def test_a_malformed_token_is_not_signed(token: str) -> None:
    with pytest.raises(HandshakeError):
        handshake.answer(token, [NEW])


def test_the_longest_token_is_signed() -> None:
    assert sign(b"~" * 512, NEW) in handshake.answer("~" * 512, [NEW])


def test_the_token_is_read_from_the_address_as_it_was_called() -> None:
    address = "https://hooks.example/webhooks/x?crc_token=test+to%2Bken&nonce=1"
    assert handshake.token_of(get({"crc_token": "test+to+ken"}, address)) == "test to+ken"


def test_the_token_is_read_from_the_query_where_the_address_is_unknown() -> None:
    assert handshake.token_of(get({"crc_token": "test token"})) == "test token"
    assert handshake.token_of(get({"nonce": "1"})) is None


def test_nobody_can_ask_for_the_signature_of_a_delivery() -> None:
    """Both are made with one key, in one way: what is answered must never serve as a signature."""
    for fixture in (*read_fixtures("valid", "x"), *read_fixtures("hostile", "x")):
        with pytest.raises(HandshakeError):
            handshake.answer(fixture.body.decode("latin-1"), [NEW])


@pytest.mark.parametrize("token", ["test token", "MzkyYjQ2NTctZjYzYi00", "0", "~" * 512, "true", "-1.5"])
def test_what_was_answered_never_serves_as_a_signature(token: str) -> None:
    """Numbers and words are JSON, too, though nothing that X delivers."""
    answered = json.loads(handshake.answer(token, [NEW]))["response_token"]
    with pytest.raises(SignatureError):
        verify(token.encode(), answered, [NEW])


@pytest.mark.parametrize("url", ["https://h.example/webhooks/x?crc_token=%ff", "https://[h/x?crc_token=1"])
def test_an_address_that_cannot_be_read_is_refused(url: str) -> None:
    with pytest.raises(HandshakeError):
        handshake.token_of(get({}, url))
