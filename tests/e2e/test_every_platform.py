"""Whatever platform a customer writes on, they read an answer there, and the human team is told and answers, too."""

from datetime import timedelta

import pytest

from infra.local.human_queue import latest
from infra.local.platforms.vendor import Act, Contact, SimulatedVendor
from infra.local.platforms.vendors import VENDORS, vendor_of
from infra.local.waiting import wait_for
from nightbell.platforms.registry import CHANNELS, PLATFORM_OF
from tests.e2e.conftest import QUIET_S, SOON_S, Shop

pytestmark = pytest.mark.timeout(120)

SIMULATED = [name for name, platform in PLATFORM_OF.items() if platform in VENDORS]
BY_PEOPLE = [name for name in SIMULATED if CHANNELS[name].person_window != timedelta(0)]
ANSWERING = [name for name in SIMULATED if CHANNELS[name].speaks and CHANNELS[name].automatic]


def answers(vendor: SimulatedVendor, contact: Contact) -> list[str]:
    """List what the business said to somebody, in private or for everybody to read."""
    private = [bubble.text for bubble in vendor.transcript(contact) if bubble.author == "business"]
    public = [said["text"] for post in vendor.posts(contact) for said in post["comments"] if said["by"] == "business"]
    return private or public


def told(shop: Shop, channel: str) -> dict[str, object] | None:
    return next((one for one in latest(shop.cloud.human_queue()) if one["channel"] == channel), None)


@pytest.mark.parametrize("channel", SIMULATED)
def test_what_is_written_anywhere_reaches_the_team(channel: str, shop: Shop) -> None:
    vendor = vendor_of(shop.cloud.vendors, channel)
    contact = vendor.contact({"channel": channel, "name": "Ada Rossi"})
    vendor.write(contact, Act(text="Is my cake ready?"))
    assert wait_for(lambda: told(shop, channel), SOON_S), f"nobody was told of {channel}"


@pytest.mark.parametrize("channel", ANSWERING)
def test_who_writes_anywhere_reads_an_answer_and_not_two(channel: str, shop: Shop) -> None:
    vendor = vendor_of(shop.cloud.vendors, channel)
    contact = vendor.contact({"channel": channel, "name": "Ada Rossi"})
    before = len(answers(vendor, contact))
    vendor.write(contact, Act(text="And can I pay by card?"), copies=2)
    assert wait_for(lambda: answers(vendor, contact), SOON_S), f"no answer came on {channel}"
    wait_for(lambda: None, QUIET_S)
    # In private it joins what was answered before; in public each post is a conversation.
    assert len(answers(vendor, contact)) <= before + 1


def conversation_with(shop: Shop, channel: str, text: str) -> str | None:
    """Find where somebody said this; in public each post is a conversation."""
    there = {str(one["conversation_id"]) for one in latest(shop.cloud.human_queue()) if one["channel"] == channel}
    return next((pk for pk in there for item in shop.items(pk, "M#") if text in item.get("txt", "")), None)


@pytest.mark.parametrize("channel", BY_PEOPLE)
def test_what_an_agent_writes_is_read_wherever_somebody_wrote(channel: str, shop: Shop) -> None:
    vendor, asked = vendor_of(shop.cloud.vendors, channel), f"Could a person look at this on {channel}?"
    contact = vendor.contact({"channel": channel, "name": "Ada Rossi"})
    vendor.write(contact, Act(text=asked))
    pk = wait_for(lambda: conversation_with(shop, channel, asked), SOON_S)
    assert pk is not None, f"nobody was told of {channel}"
    said = f"Here is a person, who has looked at it on {channel}."
    shop.say(pk, said, channel)
    assert wait_for(lambda: [each for each in answers(vendor, contact) if said in each], SOON_S)
    assert wait_for(lambda: shop.items(pk, "META")[0]["seen_seq"] == shop.items(pk, "META")[0]["last_seq"], SOON_S)
