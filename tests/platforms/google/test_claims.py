from datetime import timedelta

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.google.platform import Google
from tests.platforms.fixtures import RECEIVED_AT

AUDIENCE, EMAIL = "https://webhooks.example.test/google", "push@project-5.iam.gserviceaccount.com"
SECRETS = {"push/email": [EMAIL]}
ENDS = int(RECEIVED_AT.timestamp()) + 3000
# As the authorizer of an HTTP API hands them on: everything as text.
CLAIMS = {
    "iss": "https://accounts.google.com",
    "aud": AUDIENCE,
    "azp": "113774264463038321964",
    "sub": "113774264463038321964",
    "email": EMAIL,
    "email_verified": "true",
    "iat": str(ENDS - 3600),
    "exp": str(ENDS),
}


def accepts(claims: dict[str, str], secrets: dict[str, list[str]] | None = None, late_s: int = 0) -> bool:
    delivery = Delivery(
        platform="google",
        path="",
        method="POST",
        headers={"authorization": "Bearer of.no.meaning"},
        query={},
        body=b"{}",
        received_at=RECEIVED_AT + timedelta(seconds=late_s),
        claims=claims,
    )
    try:
        Google().verify(delivery, SECRETS if secrets is None else secrets)
    except SignatureError:
        return False
    return True


def test_a_token_that_was_made_for_us_is_accepted() -> None:
    assert accepts(CLAIMS)
    assert accepts({**CLAIMS, "iss": "accounts.google.com", "email_verified": "True"})
    assert accepts(CLAIMS, {**SECRETS, "push/email": ["new@example.com", EMAIL]})


def test_without_proven_claims_nothing_is_accepted() -> None:
    """What comes by a route without authorizer carries a token that nobody checked, and no claims."""
    assert not accepts({})


@pytest.mark.parametrize("name", ["iss", "email", "email_verified", "exp"])
def test_each_claim_is_needed(name: str) -> None:
    assert not accepts({key: value for key, value in CLAIMS.items() if key != name})
    assert not accepts({**CLAIMS, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://accounts.google.com.example"),
        ("iss", "https://accounts.google.com/"),
        ("iss", "http://accounts.google.com"),
        ("email", EMAIL + " "),
        ("email", "other@project-5.iam.gserviceaccount.com"),
        ("email", "\udcff"),
        ("email_verified", "false"),
        ("email_verified", "1"),
        ("exp", "never"),
        ("exp", "-1"),
        ("exp", "1e12"),
        ("exp", "²"),
        ("exp", "9" * 13),
        ("exp", str(ENDS - 3061)),
    ],
)
def test_a_token_for_another_or_of_another_is_refused(name: str, value: str) -> None:
    assert not accepts({**CLAIMS, name: value})


def test_a_token_ends_a_minute_late_at_most() -> None:
    assert accepts(CLAIMS, late_s=3060)
    assert not accepts(CLAIMS, late_s=3061)


def test_nothing_is_accepted_where_nobody_said_what_to_expect() -> None:
    for values in ([], [""], ["x" * 23]):
        assert not accepts({**CLAIMS, "email": "".join(values)}, {"push/email": values})
        assert not accepts(CLAIMS, {"push/email": values})
    assert not accepts(CLAIMS, {})


def test_another_issuer_counts_only_where_it_is_named() -> None:
    elsewhere = {**CLAIMS, "iss": "http://127.0.0.1:8123/google"}
    named = {**SECRETS, "push/issuer": ["http://127.0.0.1:8123/google"]}
    assert not accepts(elsewhere)
    assert accepts(elsewhere, named)
    assert accepts(CLAIMS, named)
    assert not accepts({**elsewhere, "iss": "http://127.0.0.1:8124/google"}, named)
