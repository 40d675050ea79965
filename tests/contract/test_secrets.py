"""Secrets are cached, overlap while they are replaced, and are never open when missing."""

import json
from collections.abc import Callable

import pytest

from nightbell.adapters.aws_clients import RECEIVE_ONCE
from nightbell.adapters.secrets import MIN_KEY_LENGTH, ParameterSecrets
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from tests.contract.aws_stub import Reply, answering, failure
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock

OLD, NEW = "old-" + "o" * 28, "new-" + "n" * 28
PARAMETER = "/nightbell/test/meta/app_secret"
CACHE_S = 300


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def holding(value: str) -> Reply:
    return Reply(body=json.dumps({"Parameter": {"Name": PARAMETER, "Value": value}}).encode())


class CountedStore:
    """Stands between the adapter and the emulator and counts, or cuts the line."""

    def __init__(self, client: ClientMaker) -> None:
        self.client = client
        self.calls = 0
        self.down = False

    def get_parameter(self, **request: object) -> dict[str, object]:
        self.calls += 1
        if self.down:
            raise OSError("down")
        found: dict[str, object] = self.client.get_parameter(**request)  # type: ignore[attr-defined]
        return found


# On the emulator


def test_secure_string_is_read_decrypted_with_the_current_value_first(aws: ClientMaker, clock: FakeClock) -> None:
    ssm = aws("ssm")
    ssm.put_parameter(Name=PARAMETER, Type="SecureString", Overwrite=True, Value=f"\n  {NEW}\r\n\n{OLD}  \n")
    assert ParameterSecrets(ssm, "/nightbell/test", clock).get("meta", "app_secret") == (NEW, OLD)


def test_token_of_one_account_is_read_by_its_own_name(aws: ClientMaker, clock: FakeClock) -> None:
    ssm = aws("ssm")
    ssm.put_parameter(Name="/nightbell/test/meta/access_token/107", Type="SecureString", Value="short", Overwrite=True)
    secrets = ParameterSecrets(ssm, "/nightbell/test", clock)
    assert secrets.get("meta", "access_token/107") == ("short",)
    with pytest.raises(MisconfiguredError):
        secrets.get("meta", "access_token/108")


def test_secret_that_was_never_set_says_how_to_set_it(aws: ClientMaker, clock: FakeClock) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        ParameterSecrets(aws("ssm"), "/nightbell/nowhere", clock).get("meta", "verify_token")
    assert "/nightbell/nowhere/meta/verify_token" in str(caught.value)
    assert "nightbell secrets set meta verify_token" in str(caught.value)


def test_secret_set_just_now_is_found_within_ten_seconds(aws: ClientMaker, clock: FakeClock) -> None:
    ssm = aws("ssm")
    secrets = ParameterSecrets(ssm, "/nightbell/late", clock)
    with pytest.raises(MisconfiguredError):
        secrets.get("meta", "app_secret")
    ssm.put_parameter(Name="/nightbell/late/meta/app_secret", Type="SecureString", Value=NEW, Overwrite=True)
    clock.advance(10)
    assert secrets.get("meta", "app_secret") == (NEW,)


def test_a_missing_optional_secret_is_asked_for_once_in_five_minutes_and_found_once_set(
    aws: ClientMaker, clock: FakeClock
) -> None:
    store = CountedStore(aws("ssm"))
    secrets = ParameterSecrets(store, "/nightbell/optional", clock)
    for _ in range(CACHE_S):
        with pytest.raises(MisconfiguredError):
            secrets.get("meta", "instagram_app_secret")
        clock.advance(1)
    assert store.calls == 1
    assert secrets.stale == {}
    name = "/nightbell/optional/meta/instagram_app_secret"
    store.client.put_parameter(Name=name, Type="SecureString", Value=NEW)  # type: ignore[attr-defined]
    assert secrets.get("meta", "instagram_app_secret") == (NEW,)


def test_that_there_is_no_optional_secret_stays_known_while_the_store_is_down(
    aws: ClientMaker, clock: FakeClock
) -> None:
    store = CountedStore(aws("ssm"))
    secrets = ParameterSecrets(store, "/nightbell/none", clock)
    for store.down in (False, True, True):
        with pytest.raises(MisconfiguredError):
            secrets.get("meta", "instagram_app_secret")
        clock.advance(CACHE_S)
    assert store.calls == 3
    assert secrets.stale == {}


def test_whether_there_is_an_optional_secret_is_unknown_where_the_store_was_never_reached(
    aws: ClientMaker, clock: FakeClock
) -> None:
    store = CountedStore(aws("ssm"))
    store.down = True
    secrets = ParameterSecrets(store, "/nightbell/none", clock)
    with pytest.raises(UnavailableError):
        secrets.get("meta", "instagram_app_secret")


def test_an_optional_secret_that_cannot_be_used_is_told(aws: ClientMaker, clock: FakeClock) -> None:
    name = "/nightbell/short/meta/instagram_app_secret"
    aws("ssm").put_parameter(Name=name, Type="SecureString", Value="too short")
    secrets = ParameterSecrets(aws("ssm"), "/nightbell/short", clock)
    with pytest.raises(MisconfiguredError):
        secrets.get("meta", "instagram_app_secret")
    assert "24 characters" in secrets.stale[name]


def test_ten_thousand_deliveries_across_a_rotation_accept_every_genuine_one(aws: ClientMaker, clock: FakeClock) -> None:
    store = CountedStore(aws("ssm"))
    secrets = ParameterSecrets(store, "/nightbell/test", clock)
    write = {0: OLD, 2_000: f"{NEW}\n{OLD}", 7_000: NEW}
    refused, accepted_old = 0, 0
    for second in range(10_000):
        if second in write:
            store.client.put_parameter(Name=PARAMETER, Type="SecureString", Overwrite=True, Value=write[second])  # type: ignore[attr-defined]
        # The platform signs with the new one once every cache has had time to learn of it, and the operator
        # retires the old one after that; the store is down for a while in between.
        store.down = 3_000 <= second < 4_000
        signed_with = OLD if second < 2_000 + CACHE_S else NEW
        values = secrets.get("meta", "app_secret")
        refused += signed_with not in values
        accepted_old += second >= 7_000 + CACHE_S and OLD in values
        clock.advance(1)
    assert (refused, accepted_old) == (0, 0)
    assert store.calls < 10_000 / CACHE_S + 1_000 / 5 + 5


# Failures, from a server that answers like AWS


def test_cached_secret_stays_when_a_refresh_fails_and_the_failure_is_told(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock
) -> None:
    bad_days = [
        failure("InternalServerError", 500),
        failure("ThrottlingException"),
        failure("ExpiredTokenException"),
        failure("AccessDeniedException"),
        failure("ParameterNotFound"),
        Reply(lost=True),
        Reply(body=b"\xff\xfe{"),
        Reply(body=b"{}"),
        Reply(body=b"[1]"),
        Reply(status=503, body=b"<html>"),
        holding(""),
        holding("too short"),
    ]
    with answering(holding(OLD), *bad_days, holding(NEW)) as stub:
        secrets = ParameterSecrets(clients_at(stub.url)("ssm", RECEIVE_ONCE), "/nightbell/test", clock)
        assert secrets.get("meta", "app_secret") == (OLD,)
        assert secrets.stale == {}
        clock.advance(CACHE_S)
        for _ in bad_days:
            assert secrets.get("meta", "app_secret") == (OLD,)
            assert list(secrets.stale) == [PARAMETER]
            assert OLD not in str(secrets.stale)
            clock.advance(5)
        assert secrets.get("meta", "app_secret") == (NEW,)
        assert secrets.stale == {}


@pytest.mark.parametrize(
    "reply",
    [
        failure("InternalServerError", 500),
        failure("ThrottlingException"),
        failure("ExpiredTokenException"),
        Reply(lost=True),
        Reply(body=b"\xff\xfe{"),
        Reply(body=b"{}"),
        Reply(status=502, body=b"<html>\xff"),
    ],
)
def test_store_that_cannot_be_reached_before_any_load_is_unavailable(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock, reply: Reply
) -> None:
    with answering(reply) as stub:
        secrets = ParameterSecrets(clients_at(stub.url)("ssm", RECEIVE_ONCE), "/nightbell/test", clock)
        with pytest.raises(UnavailableError):
            secrets.get("meta", "app_secret")
    assert len(stub.calls) == 1


@pytest.mark.parametrize(
    "reply",
    [
        failure("ParameterNotFound"),
        failure("AccessDeniedException"),
        failure("ValidationException"),
        holding(""),
        holding(" \n \n"),
        holding("x" * (MIN_KEY_LENGTH - 1)),
        holding(f"{NEW}\nshort"),
    ],
)
def test_missing_empty_and_short_signing_keys_are_refused(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock, reply: Reply
) -> None:
    with answering(reply) as stub:
        secrets = ParameterSecrets(clients_at(stub.url)("ssm", RECEIVE_ONCE), "/nightbell/test", clock)
        for _ in range(2):
            with pytest.raises(MisconfiguredError) as caught:
                secrets.get("meta", "app_secret")
            assert PARAMETER in str(caught.value)
            assert NEW not in str(caught.value)


def test_signing_key_of_just_enough_length_is_accepted(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock
) -> None:
    with answering(holding("x" * MIN_KEY_LENGTH)) as stub:
        secrets = ParameterSecrets(clients_at(stub.url)("ssm"), "/nightbell/test", clock)
        assert secrets.get("meta", "app_secret") == ("x" * MIN_KEY_LENGTH,)


def test_flood_does_not_reach_the_store_while_a_secret_is_missing(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock
) -> None:
    with answering(failure("ParameterNotFound")) as stub:
        secrets = ParameterSecrets(clients_at(stub.url)("ssm"), "/nightbell/test", clock)
        for _ in range(100):
            with pytest.raises(MisconfiguredError):
                secrets.get("meta", "app_secret")
    assert len(stub.calls) == 1


def test_clock_that_is_set_back_asks_again(clients_at: Callable[[str], ClientMaker], clock: FakeClock) -> None:
    with answering(holding(OLD), holding(NEW)) as stub:
        secrets = ParameterSecrets(clients_at(stub.url)("ssm"), "/nightbell/test", clock)
        secrets.get("meta", "app_secret")
        clock.advance(-3600)
        assert secrets.get("meta", "app_secret") == (NEW,)
