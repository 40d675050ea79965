"""A secret is replaced by the very commands that docs/operations.md names, while deliveries come all the time."""

from collections.abc import Sequence
from random import Random

import pytest

from nightbell.adapters.secrets import FRESH_FOR, ParameterSecrets
from nightbell.platforms.registry import ACCESS
from nightbell.services.platform_access import PlatformAccess
from tests.chaos.rotation.doors import Door, Receive, doors
from tests.chaos.rotation.proof import NEW, OLD, Store, status_of
from tests.contract.cli_stage import Run, runner
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock
from tests.unit.talk import bakery

STAGE = "rotation"
FUNCTIONS = 3
STEP_S = 60
DOORS = {str(door): door for door in doors()}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, aws: ClientMaker) -> Run:
    assert aws("ssm")
    return runner(capsys, monkeypatch, STAGE)


class Shop:
    """Several running functions, each with what it remembers, and a platform that delivers all the time."""

    def __init__(self, door: Door, aws: ClientMaker) -> None:
        self.door, self.clock, self.rng, self.number = door, FakeClock(), Random(7), 0
        prefix = f"/nightbell/{STAGE}"
        # What else the platform has stays as it is.
        for name, value in Store(door).values.items():
            path = f"{prefix}/{door.scheme.platform}/{name.rpartition(f'/{door.scheme.platform}/')[2]}"
            aws("ssm").put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)
        self.functions: list[Receive] = [
            door.function(ParameterSecrets(aws("ssm"), prefix, self.clock)) for _ in range(FUNCTIONS)
        ]

    def deliver(self, keys: Sequence[str], lasts_s: float) -> set[int]:
        """Sign by one key or another for a while; tell what the platform is answered."""
        found = set()
        for _ in range(int(lasts_s // STEP_S) + 1):
            for receive in self.functions:
                self.number += 1
                found.add(status_of(receive, self.door, self.rng.choice(keys), self.number))
            self.clock.advance(STEP_S)
        return found


@pytest.mark.parametrize("name", DOORS)
def test_no_genuine_delivery_is_refused_while_a_secret_is_replaced(name: str, run: Run, aws: ClientMaker) -> None:
    door, fresh_s = DOORS[name], FRESH_FOR.total_seconds()
    platform, spelled = door.scheme.platform, door.scheme.spelled

    def store(key: str, *more: str) -> str:
        code, _, said = run("secrets", "set", platform, door.secret, *more, stdin=spelled(key))
        assert code == 0, said
        return said

    store(OLD, "--only")
    shop = Shop(door, aws)
    assert shop.deliver([OLD], fresh_s) == {200}
    assert "The previous value is still accepted" in store(NEW)
    assert shop.deliver([OLD], fresh_s) == {200}
    # The platform changes over, server by server.
    assert shop.deliver([OLD, NEW], 2 * fresh_s) == {200}
    store(NEW, "--only")
    assert shop.deliver([NEW], fresh_s) == {200}
    assert shop.deliver([OLD], fresh_s) == {401}


@pytest.mark.parametrize("platform", [name for name in ACCESS if "." not in name and ACCESS[name].token])
def test_a_new_access_token_is_used_within_five_minutes_and_never_none(
    platform: str, run: Run, aws: ClientMaker
) -> None:
    clock = FakeClock()
    access = PlatformAccess(_WithAll(ParameterSecrets(aws("ssm"), f"/nightbell/{STAGE}", clock)), {}, clock=clock)
    account = bakery()
    name = access.token_name(platform, account)
    assert run("secrets", "set", platform, name, stdin="a-token-of-yesterday-0123456789")[0] == 0
    assert access(platform, account).token == "a-token-of-yesterday-0123456789"
    assert run("secrets", "set", platform, name, stdin="a-token-of-tomorrow-0123456789")[0] == 0
    used = []
    for _ in range(int(FRESH_FOR.total_seconds() // STEP_S) + 1):
        used.append(access(platform, account).token)
        clock.advance(STEP_S)
    assert used == sorted(used, reverse=True)
    assert access(platform, account).token == "a-token-of-tomorrow-0123456789"


class _WithAll:
    """The store, where all but what was set is something."""

    def __init__(self, secrets: ParameterSecrets) -> None:
        self._secrets = secrets

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        token = ACCESS[platform].token.partition("{")[0]
        return self._secrets.get(platform, name) if name.startswith(token) else ("another secret",)
