"""The second writing of the signatures, against known ones; and that nothing is attacked by halves."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from nightbell.platforms.registry import CALLBACKS, CHANNELS, PLATFORMS
from tests.chaos.forgery.proof import targets
from tests.chaos.forgery.target import Target, judge
from tests.chaos.heard import channels_heard
from tests.chaos.hostile.receiver import known_accounts
from tests.chaos.rotation.doors import doors
from tests.chaos.schemes import CALLBACK_SCHEMES, SCHEMES
from tests.chaos.signing import from_url_safe, url_safe
from tests.platforms.meta import test_callbacks, test_signature

FEW = 100
OTHER = SimpleNamespace(name="other")


def places(registry: Any) -> Any:
    """Give what a registry loads its values from."""
    return registry._places


def test_deliveries_are_signed_as_the_known_ones() -> None:
    signed = SCHEMES["meta"].request(test_signature.SENT, test_signature.SECRET)
    assert signed.headers["x-hub-signature-256"] == test_signature.SIGNED


def test_requests_for_a_person_are_signed_as_the_known_one() -> None:
    text = test_callbacks.VECTOR.partition(".")[2].encode()
    signed = CALLBACK_SCHEMES["meta"].request(text, test_callbacks.VECTOR_SECRET)
    assert signed.body == f"signed_request={test_callbacks.VECTOR}".encode()


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\xfd", b"a", b"ab", b"\0" * 32])
def test_url_safe_base64_comes_back_as_it_went(raw: bytes) -> None:
    assert from_url_safe(url_safe(raw)) == raw
    assert set(url_safe(raw)).isdisjoint("+/=")


@pytest.fixture(params=[targets, lambda: list(doors())], ids=["forgery", "rotation"])
def proof(request: pytest.FixtureRequest) -> Callable[[], Any]:
    made: Callable[[], Any] = request.param
    return made


def test_a_platform_that_is_not_written_down_fails_the_proofs(
    proof: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(places(PLATFORMS), "other", f"{__name__}:OTHER")
    with pytest.raises(KeyError):
        proof()


def test_a_reader_that_is_not_written_down_fails_the_proofs(
    proof: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(places(CALLBACKS), "other", places(CALLBACKS)["meta"])
    with pytest.raises(KeyError):
        proof()


def test_a_channel_without_fixtures_or_accounts_fails_the_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(places(CHANNELS), "other", places(CHANNELS)["messenger"])
    with pytest.raises(LookupError, match="other"):
        targets()
    with pytest.raises(KeyError):
        known_accounts.__wrapped__()


@pytest.fixture(scope="module")
def every() -> list[Target]:
    return targets(FEW)


def test_every_channel_and_every_path_has_genuine_requests(every: list[Target]) -> None:
    said = {sent.what.partition(" ")[0] for target in every for sent in target.genuine}
    assert said >= {*channels_heard(), *(path for reader in CALLBACKS.values() for path in reader.kinds), "handshake"}


def test_what_an_app_signs_is_accepted_for_an_account_of_the_other(every: list[Target]) -> None:
    """Both apps are the business's own; only what is asked for a person tells them apart."""
    for deliveries in (target for target in every if target.kind == "deliveries"):
        for sent in deliveries.genuine[::20]:
            for signer in deliveries.signers:
                signed = deliveries.resigned(sent, deliveries.secrets[signer][0])
                assert judge(deliveries.prove, signed, deliveries.secrets) == ("accepted", None)
