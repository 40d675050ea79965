import pytest

from nightbell.domain.errors import HandshakeError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Reply
from nightbell.platforms.meta.platform import Meta
from tests.platforms.fixtures import RECEIVED_AT

TOKENS = {"verify_token": ["the-new-one", "the-old-one"]}
ASKED = {"hub.mode": "subscribe", "hub.challenge": "0011582014440000000000", "hub.verify_token": "the-new-one"}


def asked(**query: str) -> Delivery:
    return Delivery(platform="meta", path="", method="GET", headers={}, query=query, body=b"", received_at=RECEIVED_AT)


@pytest.mark.parametrize("token", TOKENS["verify_token"])
def test_the_challenge_comes_back_exactly(token: str) -> None:
    answer = Meta().handshake(asked(**{**ASKED, "hub.verify_token": token}), TOKENS)
    assert answer == Reply(body="0011582014440000000000")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.verify_token": "another"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "é"},
        {"hub.verify_token": "\udcff"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
        {"hub.challenge": ""},
        {"hub.challenge": "<script>alert(1)</script>"},
        {"hub.challenge": "1\n2"},
        {"hub.challenge": "1" * 257},
    ],
)
def test_anything_else_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(HandshakeError):
        Meta().handshake(asked(**{**ASKED, **wrong}), TOKENS)


@pytest.mark.parametrize("missing", list(ASKED))
def test_a_missing_part_is_refused(missing: str) -> None:
    with pytest.raises(HandshakeError):
        Meta().handshake(asked(**{name: value for name, value in ASKED.items() if name != missing}), TOKENS)


@pytest.mark.parametrize("tokens", [{}, {"verify_token": []}, {"verify_token": [""]}])
def test_without_a_token_nothing_is_accepted(tokens: dict[str, list[str]]) -> None:
    for given in ("the-new-one", ""):
        with pytest.raises(HandshakeError):
            Meta().handshake(asked(**{**ASKED, "hub.verify_token": given}), tokens)
