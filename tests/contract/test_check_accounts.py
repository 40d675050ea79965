"""CheckAccounts puts right what it can, tells the rest, and lets no account's failure hide another's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.build.template import ROOT
from infra.local.platforms.meta.care_state import PAGE_FIELDS
from nightbell.domain.errors import MisconfiguredError
from nightbell.domain.facts import Fact
from nightbell.platforms.channel import HttpRequest
from nightbell.services.guard_account import DEAUTHORIZED, Cause
from nightbell.services.ports import Breaker
from tests.contract.care import GRAM_ID, NUMBER_ID, OWN_GRAM_ID, OWNER_ID, PAGE_ID, CareWorld, somebody

TARGETS = 3
MOST_CALLS = 5


@pytest.fixture
def shop(dynamodb: Any, table: str) -> Iterator[CareWorld]:
    world = CareWorld(dynamodb, table)
    yield world
    world.close()


def about(fact: Fact) -> str:
    return str(fact.fields["accounts"])


def alarms(found: dict[str, list[Fact]]) -> list[str]:
    return [name for name, facts in found.items() if any(fact.alarm for fact in facts)]


def test_accounts_in_order_are_only_looked_at(shop: CareWorld) -> None:
    found = shop.check()
    assert [(name, len(facts)) for name, facts in found.items()] == [("accounts_checked", TARGETS)]
    assert {method for method, _ in shop.api.calls} == {"GET"}
    assert len(shop.api.calls) <= MOST_CALLS * TARGETS


def test_a_dropped_page_is_subscribed_again_to_all_that_is_needed(shop: CareWorld) -> None:
    before = shop.meta.world.care.subscription(PAGE_ID)
    shop.drop(PAGE_ID)
    found = shop.check()
    assert shop.meta.world.care.subscription(PAGE_ID) == before
    assert [(about(fact), fact.alarm) for fact in found["subscriptions_repaired"]] == [(PAGE_ID, True)]
    assert "subscriptions_repaired" not in shop.check()


def test_a_field_that_somebody_took_away_is_put_back_and_what_others_added_stays(shop: CareWorld) -> None:
    shop.meta.world.care.subscribe(PAGE_ID, ["messages", "leadgen"])
    found = shop.check()
    [repaired] = found["subscriptions_repaired"]
    assert "standby" in str(repaired.fields["fields"]).split(",")
    assert {"leadgen", "standby", "feed"} <= (shop.meta.world.care.subscription(PAGE_ID) or set())


def test_what_was_missed_is_read_back_once_the_subscription_is_there_again(shop: CareWorld) -> None:
    ada, bea = somebody(), somebody(number=2)
    shop.write(ada, "heard")
    shop.check()
    shop.clock.advance(1800)
    shop.drop(PAGE_ID)
    shop.write(ada, "unheard")
    shop.write(bea, "unheard, too")
    assert [each["txt"] for each in shop.stored(ada)] == ["heard"]
    shop.clock.advance(1800)
    found = shop.check()
    assert [each["txt"] for each in shop.stored(ada)] == ["heard", "unheard"]
    assert [each["txt"] for each in shop.stored(bea)] == ["unheard, too"]
    assert sum(fact.count for fact in found["messages_read_back"]) == 2
    assert "messages_read_back" not in shop.check()


def test_it_reads_back_from_before_the_last_time_that_all_was_well(shop: CareWorld) -> None:
    """Deliveries fail for an hour before Meta unsubscribes, and what failed then is lost, too."""
    ada = somebody()
    shop.courier.store = lambda _: None
    shop.write(ada, "lost on the way")
    shop.courier.store = shop._deliver
    shop.clock.advance(1800)
    assert "accounts_checked" in shop.check()
    shop.clock.advance(1800)
    shop.drop(PAGE_ID)
    shop.clock.advance(1800)
    shop.check()
    assert [each["txt"] for each in shop.stored(ada)] == ["lost on the way"]


def test_an_hour_in_which_nothing_could_be_checked_is_read_back_later(shop: CareWorld) -> None:
    ada = somebody()
    shop.check()
    shop.clock.advance(300)
    shop.drop(PAGE_ID)
    shop.write(ada, "long unheard")
    shop.api.is_down = True
    for _ in range(5):
        shop.clock.advance(3600)
        shop.check()
    shop.api.is_down = False
    shop.check()
    assert [each["txt"] for each in shop.stored(ada)] == ["long unheard"]


def test_a_permission_that_is_missing_is_named_every_hour_until_it_is_there(shop: CareWorld) -> None:
    shop.meta.world.care.not_granted = {"pages_manage_engagement", "pages_messaging", "of no interest"}
    for _ in range(2):
        found = shop.check()
        [told] = found["permissions_missing"]
        assert (told.alarm, about(told)) == (True, PAGE_ID)
        assert told.fields["permissions"] == "pages_manage_engagement,pages_messaging"
        assert len(found["accounts_checked"]) == TARGETS
        shop.clock.advance(3600)
    shop.meta.world.care.not_granted = set()
    assert shop.check().keys() == {"accounts_checked"}


def test_what_is_switched_off_needs_no_permission(shop: CareWorld) -> None:
    shop.meta.world.care.not_granted = {"pages_manage_engagement"}
    shop.accounts["facebook_comments", PAGE_ID] = replace(
        shop.accounts["facebook_comments", PAGE_ID], public_line=False
    )
    assert "permissions_missing" not in shop.check()


def test_a_withdrawn_permission_that_was_not_this_tokens_is_found_out_where_nobody_writes(shop: CareWorld) -> None:
    until = shop.clock.now() + timedelta(minutes=5)
    ways = [("messenger", PAGE_ID), ("facebook_private_reply", PAGE_ID), ("instagram_direct", OWN_GRAM_ID)]
    for way in ways:
        shop.units.open_breaker(*way, Breaker(open_until=until, cause=Cause.TOKEN, token_mark=DEAUTHORIZED))
    shop.secrets.write("meta", f"access_token/{OWN_GRAM_ID}", ["withdrawn"])
    found = shop.check()
    assert [about(fact) for fact in found["deauthorizations_needless"]] == [PAGE_ID]
    assert [shop.units.read_breaker(*way).open_until for way in ways] == [None, None, until]


def test_a_breaker_with_a_reason_of_its_own_stays_open_though_the_token_lives(shop: CareWorld) -> None:
    until = shop.clock.now() + timedelta(minutes=5)
    own = Breaker(open_until=until, cause=Cause.TOKEN, token_mark="1a2b3c4d5e6f")
    shop.units.open_breaker("facebook_comments", PAGE_ID, own)
    assert "deauthorizations_needless" not in shop.check()
    assert shop.units.read_breaker("facebook_comments", PAGE_ID).open_until == until


def test_what_was_written_before_an_account_was_first_connected_is_left_alone(shop: CareWorld) -> None:
    ada = somebody()
    shop.drop(PAGE_ID)
    shop.write(ada, "from before")
    assert "subscriptions_repaired" in shop.check()
    assert shop.stored(ada) == []


def test_a_history_that_could_not_be_read_to_its_end_is_read_again_an_hour_later(shop: CareWorld) -> None:
    ada = somebody()
    shop.check()
    shop.clock.advance(3600)
    shop.drop(PAGE_ID)
    shop.write(ada, "unheard")
    shop.api.change = lambda request: replace(request, query={"platform": "x"}) if "conv" in request.url else request
    assert "read_backs_unfinished" in shop.check()
    shop.api.change = lambda request: request
    shop.clock.advance(3600)
    shop.check()
    assert [each["txt"] for each in shop.stored(ada)] == ["unheard"]
    shop.clock.advance(3600)
    assert shop.check().keys() == {"accounts_checked"}


def test_a_history_that_takes_all_the_time_hides_no_other_account(shop: CareWorld) -> None:
    shop.check()
    shop.clock.advance(3600)
    shop.drop(PAGE_ID)
    shop.write(somebody(), "unheard")

    def slowly(request: HttpRequest) -> HttpRequest:
        shop.clock.advance(3600 if "conv" in request.url else 0)
        return request

    shop.api.change = slowly
    found = shop.check()
    assert "checks_failed" not in found
    assert len(found["accounts_checked"]) == TARGETS


def test_the_shortest_history_is_read_first(shop: CareWorld) -> None:
    """One without end would otherwise use up the time hour after hour, and hide what others have missed."""
    shop.check()
    shop.api.raises = lambda request: f"/{PAGE_ID}/" in request.url
    for _ in range(3):
        shop.clock.advance(3600)
        shop.check()
    shop.api.raises = lambda _: False
    shop.clock.advance(3600)
    for owner in (PAGE_ID, OWN_GRAM_ID):
        shop.drop(owner)
    shop.api.calls.clear()
    shop.check()
    histories = [path for _, path in shop.api.calls if path.endswith("/conversations")]
    assert [path.split("/")[-2] for path in histories] == [OWN_GRAM_ID, PAGE_ID]


def test_what_was_repaired_is_told_although_the_run_is_cut_off(shop: CareWorld) -> None:
    shop.check()
    shop.drop(PAGE_ID)
    told: list[str] = []

    def cut_off(request: HttpRequest) -> HttpRequest:
        if "graph.instagram.com" in request.url:
            raise KeyboardInterrupt
        return request

    shop.api.change = cut_off
    with pytest.raises(KeyboardInterrupt):
        told.extend(fact.name for fact in shop.checking()(shop.clock.now() + timedelta(minutes=5)))
    assert "subscriptions_repaired" in told


def test_a_token_that_must_not_be_written_hides_no_subscription(
    shop: CareWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MisconfiguredError("/nightbell/x/meta/access_token/1 must not be read or written (AccessDenied)")

    shop.check()
    shop.clock.advance(timedelta(days=8).total_seconds())
    shop.drop(OWN_GRAM_ID)
    monkeypatch.setattr(shop.secrets, "write", refuse)
    found = shop.check()
    [failed] = found["checks_failed"]
    assert failed.alarm
    assert "must not be read or written" in str(failed.fields["because"])
    assert [about(fact) for fact in found["subscriptions_repaired"]] == [OWN_GRAM_ID]


def test_a_token_that_is_missing_for_one_account_of_a_page_hides_no_other(shop: CareWorld) -> None:
    known, ada = shop.accounts["messenger", PAGE_ID], somebody()
    gram = replace(known, channel="instagram_direct", account_id=GRAM_ID, page_id=PAGE_ID)
    shop.accounts = {(gram.channel, gram.account_id): gram, **shop.accounts}
    shop.check()
    shop.drop(PAGE_ID)
    shop.write(ada, "unheard")
    found = shop.check()
    assert [str(fact.fields["account"]) for fact in found["read_backs_unfinished"]] == [GRAM_ID]
    assert [each["txt"] for each in shop.stored(ada)] == ["unheard"]


def test_the_other_spelling_of_fields_is_tried_when_the_first_is_refused(
    shop: CareWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {"message_edits": "message_edit", "messaging_handovers": "messaging_handover"}
    known = frozenset(others.get(field, field) for field in PAGE_FIELDS)
    monkeypatch.setattr("infra.local.platforms.meta.care_api.PAGE_FIELDS", known)
    shop.drop(PAGE_ID)
    assert "subscriptions_repaired" in shop.check()
    assert set(others.values()) <= (shop.meta.world.care.subscription(PAGE_ID) or set())
    assert shop.check().keys() == {"accounts_checked"}


def test_whatsapp_is_subscribed_again_and_nobody_pretends_to_read_it_back(shop: CareWorld) -> None:
    shop.check()
    shop.drop(OWNER_ID)
    found = shop.check()
    assert shop.meta.world.care.subscription(OWNER_ID) is not None
    assert {"subscriptions_repaired", "cannot_be_read_back"} <= set(alarms(found))


def test_the_owner_of_a_number_is_found_by_its_token(shop: CareWorld) -> None:
    key = ("whatsapp", NUMBER_ID)
    shop.accounts[key] = replace(shop.accounts[key], business_account_id=None)
    shop.drop(OWNER_ID)
    shop.check()
    assert shop.meta.world.care.subscription(OWNER_ID) is not None


@pytest.mark.parametrize("dead", [PAGE_ID, OWN_GRAM_ID, NUMBER_ID])
def test_a_dead_token_is_told_and_hides_no_other_account(shop: CareWorld, dead: str) -> None:
    shop.secrets.write("meta", f"access_token/{dead}", ["withdrawn"])
    found = shop.check()
    assert [about(fact) for fact in found["tokens_dead"]] == [dead]
    assert len(found["accounts_checked"]) == TARGETS - 1


def test_a_missing_token_is_told_and_hides_no_other_account(shop: CareWorld) -> None:
    del shop.secrets.stored[f"access_token/{PAGE_ID}"]
    found = shop.check()
    assert [about(fact) for fact in found["accounts_without_token"]] == [PAGE_ID]
    assert len(found["accounts_checked"]) == TARGETS - 1


def test_a_defect_with_one_account_hides_no_other(shop: CareWorld) -> None:
    def is_pages(request: HttpRequest) -> bool:
        return f"/{PAGE_ID}/" in request.url

    shop.api.raises = is_pages
    found = shop.check()
    assert [(about(fact), fact.alarm) for fact in found["checks_failed"]] == [(PAGE_ID, True)]
    assert len(found["accounts_checked"]) == TARGETS - 1


@pytest.mark.parametrize(("days", "is_told"), [(6, True), (8, False)])
def test_a_token_is_told_to_be_dying_in_its_last_week(shop: CareWorld, days: int, *, is_told: bool) -> None:
    shop.meta.world.care.dies_at["page-token"] = shop.clock.now() + timedelta(days=days)
    assert ("tokens_dying" in shop.check()) is is_told


def test_the_end_of_the_right_to_read_counts_as_the_tokens_end(shop: CareWorld) -> None:
    shop.meta.world.care.rights_end_at["page-token"] = shop.clock.now() + timedelta(days=3)
    [dying] = shop.check()["tokens_dying"]
    assert dying.fields["days"] == 3


def test_a_token_of_instagrams_own_login_is_renewed_in_its_second_week_and_the_old_one_kept(shop: CareWorld) -> None:
    name = f"access_token/{OWN_GRAM_ID}"
    shop.clock.advance(timedelta(days=6).total_seconds())
    assert "tokens_renewed" not in shop.check()
    shop.clock.advance(timedelta(days=1).total_seconds())
    assert "tokens_renewed" in shop.check()
    new, old = shop.secrets.stored[name].values
    assert old == "gram-token" != new
    assert shop.check().keys() == {"accounts_checked"}


def test_a_token_that_somebody_sets_during_the_renewal_stays(shop: CareWorld) -> None:
    """Perhaps they set it because the one before is in wrong hands."""

    def set_another(request: HttpRequest) -> HttpRequest:
        if "refresh_access_token" in request.url:
            shop.secrets.write("meta", f"access_token/{OWN_GRAM_ID}", ["set by hand"])
        return request

    shop.clock.advance(timedelta(days=8).total_seconds())
    shop.api.change = set_another
    assert "tokens_renewed" not in shop.check()
    assert shop.secrets.stored[f"access_token/{OWN_GRAM_ID}"].values == ("set by hand",)


def test_only_the_last_two_tokens_are_kept(shop: CareWorld) -> None:
    for _ in range(3):
        shop.clock.advance(timedelta(days=8).total_seconds())
        shop.check()
    values = shop.secrets.stored[f"access_token/{OWN_GRAM_ID}"].values
    assert len(values) == 2
    assert "gram-token" not in values


def test_no_other_token_is_ever_written(shop: CareWorld) -> None:
    before = dict(shop.secrets.stored)
    shop.clock.advance(timedelta(days=30).total_seconds())
    shop.check()
    changed = {name for name, value in shop.secrets.stored.items() if value != before[name]}
    assert changed == {f"access_token/{OWN_GRAM_ID}"}


def test_a_token_that_cannot_be_renewed_is_told_and_lives_on(shop: CareWorld) -> None:
    shop.clock.advance(timedelta(days=10).total_seconds())
    shop.meta.world.care.dies_at["gram-token"] = shop.clock.now() - timedelta(days=1)
    [told] = shop.check()["tokens_not_renewed"]
    assert told.alarm
    assert told.fields["days"] == 50
    assert shop.secrets.stored[f"access_token/{OWN_GRAM_ID}"].values == ("gram-token",)


@pytest.mark.parametrize(("cause", "is_called"), [(Cause.BLOCKED, False), (Cause.FAILURES, False), (Cause.TOKEN, True)])
def test_an_open_breaker_keeps_the_check_away(shop: CareWorld, cause: Cause, *, is_called: bool) -> None:
    until = shop.clock.now() + timedelta(minutes=5)
    shop.units.open_breaker("messenger", PAGE_ID, Breaker(open_until=until, cause=cause))
    found = shop.check()
    assert any(f"/{PAGE_ID}/" in path for _, path in shop.api.calls) is is_called
    assert ("checks_put_off" in found) is not is_called


def test_an_unreachable_platform_is_asked_once_for_each_and_raises_no_alarm(shop: CareWorld) -> None:
    shop.api.is_down = True
    found = shop.check()
    assert alarms(found) == []
    assert len(found["checks_failed"]) == TARGETS
    assert len(shop.api.calls) == TARGETS


def test_a_refused_subscription_is_told_and_what_was_missed_is_looked_for_next_time(shop: CareWorld) -> None:
    ada = somebody()
    shop.check()
    shop.drop(PAGE_ID)
    shop.write(ada, "unheard")

    def ask_nonsense(request: HttpRequest) -> HttpRequest:
        is_ours = request.method == "POST"
        return replace(request, query={**request.query, "subscribed_fields": "nonsense"}) if is_ours else request

    shop.api.change = ask_nonsense
    found = shop.check()
    assert alarms(found) == ["subscriptions_missing"]
    assert shop.stored(ada) == []
    shop.api.change = lambda request: request
    shop.check()
    assert [each["txt"] for each in shop.stored(ada)] == ["unheard"]


def test_when_the_time_is_used_up_the_rest_is_told(shop: CareWorld) -> None:
    found = shop.check(lasts=timedelta(0))
    assert {str(fact.fields["because"]) for fact in found["checks_failed"]} == {"no time was left"}
    assert shop.api.calls == []


def test_an_instagram_account_with_facebooks_login_is_heard_by_its_page(shop: CareWorld) -> None:
    known = shop.accounts["messenger", PAGE_ID]
    gram = replace(known, channel="instagram_direct", account_id=GRAM_ID, page_id=PAGE_ID)
    shop.accounts[gram.channel, gram.account_id] = gram
    assert next(about(fact) for fact in shop.check()["accounts_checked"]) == f"{PAGE_ID},{GRAM_ID}"


def test_every_alarm_of_the_check_says_what_to_do() -> None:
    explained = (ROOT / "docs" / "operations.md").read_text()
    services = ("check_accounts", "care_facts", "renew_token", "read_back_missed")
    sources = [(ROOT / "functions" / "nightbell" / "services" / f"{name}.py").read_text() for name in services]
    names = {name for source in sources for name in re.findall(r'"((?:\w+)s_\w+|cannot_be_read_back)"', source)}
    quiet = {"accounts_checked", "checks_put_off", "messages_stored", "messages_read_back", "read_backs_finished"}
    names -= {*quiet, "tokens_renewed", "business_ids"}
    assert len(names) > 8
    assert {name for name in names if f"`{name}`" not in explained} == set()
