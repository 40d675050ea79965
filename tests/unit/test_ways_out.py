"""What concerns an account concerns every sender that speaks through it, and no other."""

from dataclasses import replace

from nightbell.domain.business import Account
from nightbell.platforms.registry import CHANNELS, PLATFORM_OF, SENDERS
from nightbell.services.ways_out import of_platform, speaks_by, ways_out
from tests.unit.talk import bakery

PAGE, GRAM, OWN_GRAM, NUMBER = "1001", "17841400000000001", "17841400000000002", "9001"


def account(channel: str, account_id: str, **more: object) -> Account:
    return replace(bakery(), channel=channel, account_id=account_id, **more)  # type: ignore[arg-type]


ACCOUNTS = (
    account("messenger", PAGE),
    account("facebook_comments", PAGE),
    account("instagram_direct", GRAM, page_id=PAGE),
    account("instagram_comments", GRAM, page_id=PAGE),
    account("instagram_direct", OWN_GRAM, login="instagram"),
    account("instagram_comments", OWN_GRAM, login="instagram"),
    account("whatsapp", NUMBER, business_account_id="777"),
)


def through(*ids: str) -> set[tuple[str, str]]:
    return set(ways_out([each for each in ACCOUNTS if speaks_by(each, ids)], CHANNELS))


def test_a_page_speaks_by_five_more_than_its_messages() -> None:
    assert through(PAGE) == {
        ("messenger", PAGE),
        ("facebook_comments", PAGE),
        ("facebook_private_reply", PAGE),
        ("instagram_direct", GRAM),
        ("instagram_comments", GRAM),
        ("instagram_private_reply", GRAM),
    }


def test_what_is_said_of_an_instagram_account_is_not_said_of_its_page() -> None:
    assert through(GRAM) == {(s, GRAM) for s in ("instagram_direct", "instagram_comments", "instagram_private_reply")}


def test_an_account_by_instagrams_own_login_hangs_on_no_page() -> None:
    own = {(s, OWN_GRAM) for s in ("instagram_direct", "instagram_comments", "instagram_private_reply")}
    assert through(OWN_GRAM) == own
    assert not own & through(PAGE)


def test_a_number_speaks_for_itself_alone() -> None:
    assert through(NUMBER) == {("whatsapp", NUMBER)}


def test_what_is_filed_together_does_not_speak_together() -> None:
    assert through("777") == set()


def test_every_sender_there_is_can_be_stopped() -> None:
    others = [account(name, NUMBER) for name, platform in PLATFORM_OF.items() if platform != "meta"]
    assert {sender for sender, _ in ways_out([*ACCOUNTS, *others], CHANNELS)} == set(SENDERS)


def test_what_is_switched_off_for_automation_is_stopped_as_well_for_people_answer_by_it() -> None:
    silent = account("facebook_comments", PAGE, public_line=False, private_reply=False, automatic=False)
    assert ways_out([silent], CHANNELS) == [("facebook_comments", PAGE), ("facebook_private_reply", PAGE)]
    assert ways_out([account("messenger", PAGE, public_line=False)], CHANNELS) == [("messenger", PAGE)]


def test_accounts_of_another_vendor_are_none_of_this_ones() -> None:
    assert of_platform(ACCOUNTS, CHANNELS, "meta") == list(ACCOUNTS)
    assert of_platform(ACCOUNTS, CHANNELS, "another") == of_platform(ACCOUNTS, CHANNELS, None) == []
    assert ways_out([account("elsewhere", PAGE)], CHANNELS) == []
