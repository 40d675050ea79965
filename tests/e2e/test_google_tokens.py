"""What pushes about reviews is believed by its token alone, which the API's own authorizer checks first."""

import time
from collections.abc import Mapping

import pytest
import requests

from infra.local.platforms.google.simulator import SimulatedGoogle
from infra.local.platforms.google.tokens import TokenSigner
from tests.e2e.conftest import Shop

pytestmark = pytest.mark.timeout(120)

NOTICE = {"notificationType": "GOOGLE_UPDATE"}
NOT_OURS: Mapping[str, Mapping[str, object]] = {
    "for somebody else": {"aud": "https://elsewhere.example/webhooks/google"},
    "of another issuer": {"iss": "https://login.example.org"},
    "of another account": {"email": "push@another.iam.gserviceaccount.com"},
    "of an address nobody has verified": {"email_verified": False},
    "that is over": {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600},
}


@pytest.fixture
def google(shop: Shop) -> SimulatedGoogle:
    found = shop.cloud.vendors["google"]
    assert isinstance(found, SimulatedGoogle)
    return found


def pushed(shop: Shop, body: bytes, headers: Mapping[str, str]) -> int:
    return requests.post(shop.cloud.handles.hook("google"), data=body, headers=dict(headers), timeout=10).status_code


def test_a_token_as_it_should_be_is_believed(shop: Shop, google: SimulatedGoogle) -> None:
    push = google.push(NOTICE)
    assert pushed(shop, push.body, push.headers) == 200


@pytest.mark.parametrize("token", NOT_OURS)
def test_a_token_is_not_believed(token: str, shop: Shop, google: SimulatedGoogle) -> None:
    push = google.push(NOTICE, **NOT_OURS[token])
    assert pushed(shop, push.body, push.headers) in {401, 403}


def test_a_token_that_another_key_signed_is_not_believed(
    shop: Shop, google: SimulatedGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google, "_signer", TokenSigner())
    push = google.push(NOTICE)
    assert pushed(shop, push.body, push.headers) in {401, 403}


@pytest.mark.parametrize("path", ["", "/", "/elsewhere"])
def test_without_a_token_no_way_leads_in(path: str, shop: Shop, google: SimulatedGoogle) -> None:
    push = google.push(NOTICE)
    answer = requests.post(shop.cloud.handles.hook("google") + path, data=push.body, timeout=10)
    assert answer.status_code in {401, 403, 404}
