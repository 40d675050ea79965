"""Every account is looked after by its platform's script, and no failure of one hides another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.platforms.care import IN_ORDER, MOST_CALLS, Finding, Script, run
from nightbell.platforms.channel import AccessNeeds, Answer, ApiAccess, HttpOutcome, HttpRequest
from nightbell.services.care_for_platforms import CareForPlatforms
from nightbell.services.guard_account import DEAUTHORIZED, Cause
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Breaker
from nightbell.services.renew_token import StoredSecret
from tests.contract.fake_clock import FakeClock
from tests.fakes import BARE, FakeChannel

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
NOBODY: Any = None
ONE = Account(channel="bare", account_id="1", brand=NOBODY, hours=NOBODY)
TWO = replace(ONE, account_id="2")
OK = Answer(status=200, headers={}, body=b"{}")


class Place:
    """All that is outside: the API, secrets and tokens, and the table's notes of accounts."""

    def __init__(self) -> None:
        self.sent: list[HttpRequest] = []
        self.breakers: dict[tuple[str, str], Breaker] = {}
        self.checked: dict[tuple[str, str], datetime] = {}
        self.closed: list[tuple[str, str]] = []
        self.values: dict[str, tuple[str, ...]] = {"t/1": ("token 1",), "t/2": ("token 2",), "word/1": ("word 1",)}
        self.fails_writing = 0

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.sent.append(request)
        return OK

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        if name not in self.values:
            raise MisconfiguredError(f"{platform}/{name} was never set")
        return self.values[name]

    def read(self, _: str, name: str) -> StoredSecret | None:
        return StoredSecret(values=self.values[name], changed_at=NOW) if name in self.values else None

    def write(self, _: str, name: str, values: Sequence[str]) -> None:
        if self.fails_writing:
            self.fails_writing -= 1
            raise UnavailableError("the store is down")
        self.values[name] = tuple(values)

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        return self.breakers.get((channel, account_id), Breaker())

    def close_breaker(self, channel: str, account_id: str) -> None:
        self.closed.append((channel, account_id))

    def read_checked_at(self, channel: str, account_id: str) -> datetime | None:
        return self.checked.get((channel, account_id))

    def note_checked(self, channel: str, account_id: str, at: datetime) -> None:
        self.checked[channel, account_id] = at


class Watch:
    """Asks once with the token, and finds what a test wants to be found."""

    credentials: Sequence[str] = ()

    def __init__(self, **found: Sequence[Finding] | Exception) -> None:
        self.found = found

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        outcome = yield HttpRequest(
            method="GET", url=f"https://v.example/{access.token}/{now:%H}", json=access.credentials
        )
        assert outcome == OK
        found = self.found.get(f"of_{account.account_id}", [IN_ORDER])
        if isinstance(found, Exception):
            raise found
        return found

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        yield HttpRequest(method="POST", url="https://v.example/hook")
        return (yield from self.check(account, access, now))


class Renewing:
    """Renews the first account's token."""

    def renew(self, account: Account, access: ApiAccess, now: datetime) -> Script | None:
        return self._ask(access, now) if account == ONE else None

    def _ask(self, access: ApiAccess, _: datetime) -> Script:
        yield HttpRequest(method="POST", url=f"https://v.example/renew/{access.token}")
        return [Finding(name="tokens_renewed", new_secret=f"{access.token}, renewed")]


@pytest.fixture
def place() -> Place:
    return Place()


def caring(place: Place, watch: Watch | None = None, **renewals: Any) -> CareForPlatforms:
    addresses = {"fake": ("https://v.example", "v1")}
    channels: dict[str, FakeChannel] = {"bare": BARE}
    return CareForPlatforms(
        cares={"fake": watch or Watch()},
        renewals=renewals,
        api=place,
        access=PlatformAccess(place, addresses, needs={"fake": AccessNeeds(token="t/{account}")}),
        secrets=place,
        tokens=place,
        store=place,
        accounts=[ONE, TWO, replace(ONE, channel="nobody's")],
        channels=channels,
        platform_of={"bare": "fake", "nobody's": "another"},
        clock=FakeClock(NOW),
    )


def told(facts: Sequence[Fact]) -> list[tuple[str, object, bool]]:
    return [(fact.name, fact.fields["accounts"], fact.alarm) for fact in facts]


def test_each_account_is_asked_about_with_its_own_token_and_noted(place: Place) -> None:
    facts = list(caring(place)(LATER))
    assert told(facts) == [("accounts_checked", "1", False), ("accounts_checked", "2", False)]
    assert {fact.fields["platform"] for fact in facts} == {"fake"}
    assert [request.url for request in place.sent] == ["https://v.example/token 1/09", "https://v.example/token 2/09"]
    assert place.checked == {("bare", "1"): NOW, ("bare", "2"): NOW}


@pytest.mark.parametrize(
    ("failure", "alarm"),
    [(UnavailableError("down"), False), (MisconfiguredError("not set"), True), (KeyError("token 1"), True)],
)
def test_what_fails_with_one_is_told_and_hides_no_other(place: Place, failure: Exception, *, alarm: bool) -> None:
    facts = list(caring(place, Watch(of_1=failure))(LATER))
    assert told(facts) == [("checks_failed", "1", alarm), ("accounts_checked", "2", False)]
    assert "token 1" not in str(facts)
    assert place.checked == {("bare", "2"): NOW}


def test_what_is_found_is_told_and_is_not_in_order(place: Place) -> None:
    lost = Finding(name="subscriptions_missing", alarm=True, fields={"because": "gone"})
    facts = list(caring(place, Watch(of_1=[lost]))(LATER))
    assert told(facts)[0] == ("subscriptions_missing", "1", True)
    assert facts[0].fields["because"] == "gone"
    assert ("bare", "1") not in place.checked


def test_a_care_gets_the_further_secrets_that_it_names(place: Place) -> None:
    watch = Watch()
    watch.credentials = ("word/{account}",)
    facts = list(caring(place, watch)(LATER))
    assert place.sent[0].json == {"word/1": "word 1"}
    assert told(facts)[1] == ("checks_failed", "2", True)


def test_an_account_whose_calls_are_held_back_is_put_off(place: Place) -> None:
    place.breakers["bare", "1"] = Breaker(open_until=LATER, cause=Cause.BLOCKED)
    place.breakers["bare", "2"] = Breaker(open_until=LATER, cause=Cause.TOKEN)
    facts = list(caring(place)(LATER))
    assert told(facts) == [("checks_put_off", "1", False), ("accounts_checked", "2", False)]


def test_a_permission_that_another_took_back_keeps_nobody_waiting(place: Place) -> None:
    place.breakers["bare", "1"] = Breaker(open_until=LATER, cause=Cause.PERMISSION, token_mark=DEAUTHORIZED)
    facts = list(caring(place)(LATER))
    assert ("deauthorizations_needless", "1", False) in told(facts)
    assert place.closed == [("bare", "1")]


def test_what_time_was_too_short_for_is_told(place: Place) -> None:
    assert told(list(caring(place)(NOW))) == [("checks_failed", "1", True), ("checks_failed", "2", True)]
    assert place.sent == []


def test_a_renewed_token_is_written_before_the_one_that_it_replaces(place: Place) -> None:
    facts = list(caring(place, fake=Renewing())(LATER))
    assert told(facts)[0] == ("tokens_renewed", "1", False)
    assert place.values["t/1"] == ("token 1, renewed", "token 1")
    assert "renewed'" not in repr(Finding(name="a", new_secret="renewed'"))
    # Whoever calls next calls with it.
    assert place.sent[1].url == "https://v.example/token 1, renewed/09"


@pytest.mark.parametrize(("fails", "name"), [(2, "tokens_renewed"), (3, "tokens_lost")])
def test_a_token_that_cannot_be_written_is_tried_again_and_then_told(place: Place, fails: int, name: str) -> None:
    place.fails_writing = fails
    facts = list(caring(place, fake=Renewing())(LATER))
    assert told(facts)[0] == (name, "1", name == "tokens_lost")
    assert "token 1, renewed" not in str(facts)


def test_a_token_that_somebody_set_meanwhile_counts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    send = place.send

    def set_meanwhile(request: HttpRequest) -> HttpOutcome:
        if "renew" in request.url:
            place.values["t/1"] = ("another",)
        return send(request)

    monkeypatch.setattr(place, "send", set_meanwhile)
    facts = list(caring(place, fake=Renewing())(LATER))
    assert told(facts)[0] == ("tokens_set_meanwhile", "1", False)
    assert place.values["t/1"] == ("another",)


def test_an_operator_may_look_and_subscribe_whatever_the_breaker_says(place: Place) -> None:
    place.breakers["bare", "1"] = Breaker(open_until=LATER, cause=Cause.BLOCKED)
    care = caring(place)
    assert told(care.look(care.cared[0])) == [("accounts_checked", "1", False)]
    assert told(care.subscribe(care.cared[0])) == [("accounts_checked", "1", False)]
    assert [request.method for request in place.sent] == ["GET", "POST", "GET"]


def test_a_script_without_end_is_a_defect_that_is_told() -> None:
    sent: list[HttpRequest] = []

    def endless() -> Script:
        while True:
            yield HttpRequest(method="GET", url="https://v.example")

    def send(request: HttpRequest) -> HttpOutcome:
        sent.append(request)
        return OK

    with pytest.raises(RuntimeError):
        run(endless(), send)
    assert len(sent) == MOST_CALLS
