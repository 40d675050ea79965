"""The public vectors of OAuth 1.0a, as X documents and has documented them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from nightbell.platforms.x.oauth1 import Keys, authorization, sign

KEYS = Keys(
    consumer_key="xvz1evFS4wEEPTGEFPHBog",
    consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",  # pragma: allowlist secret
    token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",  # pragma: allowlist secret
)
SAID: Mapping[str, str] = {"status": "Hello Ladies + Gentlemen, a signed OAuth request!", "include_entities": "true"}
AT, NONCE = datetime.fromtimestamp(1318622958, UTC), "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"
SIGNED = {
    **SAID,
    "oauth_consumer_key": KEYS.consumer_key,
    "oauth_nonce": NONCE,
    "oauth_signature_method": "HMAC-SHA1",
    "oauth_timestamp": "1318622958",
    "oauth_token": KEYS.token,
    "oauth_version": "1.0",
}


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://api.x.com/1.1/statuses/update.json", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="),
        ("https://api.twitter.com/1.1/statuses/update.json", "hCtSmYh+iHYCEqBWrE7C7hYmtUk="),
        ("https://api.twitter.com/1/statuses/update.json", "tnnArxj06cWHq44gCs1OSKk/jLY="),
    ],
)
def test_the_known_vectors_hold(url: str, signature: str) -> None:
    assert sign("POST", url, SIGNED, KEYS) == signature


def test_the_header_names_everything_that_was_signed_but_the_parameters() -> None:
    header = authorization("POST", "https://api.x.com/1.1/statuses/update.json", SAID, KEYS, at=AT, nonce=NONCE)
    assert header == (
        'OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", '
        'oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", '
        'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D", '
        'oauth_signature_method="HMAC-SHA1", '
        'oauth_timestamp="1318622958", '
        'oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", '
        'oauth_version="1.0"'
    )
    assert KEYS.consumer_secret not in header
    assert KEYS.token_secret not in header


@pytest.mark.parametrize(
    "changed",
    [("GET", "https://api.x.com/a", "b"), ("POST", "https://api.x.com/b", "b"), ("POST", "https://api.x.com/a", "c")],
)
def test_method_address_and_query_are_signed(changed: tuple[str, str, str]) -> None:
    def header(method: str, url: str, value: str) -> str:
        return authorization(method, url, {"q": value}, KEYS, at=AT, nonce=NONCE)

    assert header(*changed) != header("POST", "https://api.x.com/a", "b")


def test_secrets_show_nowhere() -> None:
    assert KEYS.consumer_secret not in repr(KEYS)
    assert KEYS.token_secret not in repr(KEYS)
