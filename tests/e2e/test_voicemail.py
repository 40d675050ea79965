"""Calls to the deployed stack: a message by telephone, and what becomes of its recording."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.human_queue import latest
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.twilio.simulator import SimulatedTwilio
from infra.local.platforms.vendor import Act, Contact
from infra.local.waiting import wait_for
from nightbell.domain.keys import conversation_pk
from nightbell.domain.references import digits_of, find_codes
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)

CHANNEL = "voicemail"
WORDS = "Please call me about the cake for Friday"


@pytest.fixture
def twilio(shop: Shop) -> Iterator[SimulatedTwilio]:
    vendor = shop.cloud.vendors["twilio"]
    assert isinstance(vendor, SimulatedTwilio)
    yield vendor
    shop.cloud.meta.faults.clear()


@pytest.fixture
def caller(shop: Shop, twilio: SimulatedTwilio) -> Contact:
    number = "+" + shop.somebody().contact_id
    return twilio.contact({"channel": CHANNEL, "contact": number, "name": "Ada Rossi"})


def heard(twilio: SimulatedTwilio, caller: Contact) -> list[str]:
    return [bubble.text for bubble in twilio.transcript(caller) if bubble.author == "business"]


def told(shop: Shop, pk: str) -> dict[str, Any]:
    found = wait_for(lambda: [one for one in latest(shop.cloud.human_queue()) if one["conversation_id"] == pk], SOON_S)
    assert found, f"the team was told nothing of {pk}"
    return found[0]


def kept(shop: Shop, recording_id: str) -> list[bytes]:
    """Read our own copies of a recording."""
    s3 = shop.cloud.handles.client("s3")
    found = [
        (bucket["Name"], stored["Key"])
        for bucket in s3.list_buckets()["Buckets"]
        for stored in s3.list_objects_v2(Bucket=bucket["Name"], Prefix="recordings/").get("Contents", ())
    ]
    return [s3.get_object(Bucket=b, Key=key)["Body"].read() for b, key in found if key.endswith(f"/{recording_id}.mp3")]


def is_gone(twilio: SimulatedTwilio, recording_id: str) -> bool:
    return any(one.is_deleted for one in twilio.recordings.all() if one.sid == recording_id)


def test_a_message_by_telephone_reaches_the_team_and_only_we_have_its_recording(
    shop: Shop, twilio: SimulatedTwilio, caller: Contact
) -> None:
    twilio.write(caller, Act(kind="call"))
    assert "recorded" in heard(twilio, caller)[0]
    [recording_id] = twilio.write(caller, Act(kind="hang_up", text=WORDS)).message_ids
    pk = conversation_pk(CHANNEL, caller.account_id, caller.contact_id)
    hand_off = told(shop, pk)
    assert hand_off["acknowledgement"]["text"] == heard(twilio, caller)[0]
    [message] = shop.items(pk, "M#")
    assert (message["sk"], message["txt"]) == (f"M#{recording_id}", WORDS)
    assert wait_for(lambda: is_gone(twilio, recording_id), SOON_S), "Twilio has the recording still"
    [recording] = kept(shop, recording_id)
    assert recording.startswith(b"\xff\xf3")


def test_reports_that_come_late_and_twice_make_one_message(
    shop: Shop, twilio: SimulatedTwilio, caller: Contact
) -> None:
    for operation, kind in (("recording", FaultKind.LATE_ECHO), ("transcript", FaultKind.DOUBLE_ECHO)):
        shop.cloud.meta.faults.add(Fault(kind=kind, channel=CHANNEL, operation=operation, seconds=1.0))
    [recording_id] = twilio.write(caller, Act(text=WORDS), copies=2).message_ids
    pk = conversation_pk(CHANNEL, caller.account_id, caller.contact_id)
    told(shop, pk)
    assert wait_for(lambda: is_gone(twilio, recording_id), SOON_S)
    shop.quiet()
    assert [one["sk"] for one in shop.items(pk, "M#")] == [f"M#{recording_id}"]
    assert len(kept(shop, recording_id)) == 1


def test_a_code_brings_the_call_to_the_conversation_that_it_was_given_in(
    shop: Shop, twilio: SimulatedTwilio, caller: Contact
) -> None:
    texter = twilio.contact({"channel": "sms", "contact": caller.contact_id, "name": "Ada Rossi"})
    with shop.at("evening"):
        twilio.write(texter, Act(text="Can you deliver on Friday?"))
        redirect = wait_for(lambda: [b.text for b in twilio.transcript(texter) if b.author == "business"], SOON_S)
        assert redirect
        [number] = [line.split()[0] for line in redirect[0].splitlines() if line[:1].isdigit() and "voicemail" in line]
        twilio.write(texter, Act(text=number))
        codes = wait_for(lambda: find_codes(twilio.transcript(texter)[-1].text), SOON_S)
        assert codes
        twilio.write(caller, Act(kind="call"))
        twilio.write(caller, Act(kind="keys", text=digits_of(codes[0])))
        [recording_id] = twilio.write(caller, Act(kind="hang_up", text=WORDS)).message_ids
        pk = conversation_pk("sms", texter.account_id, texter.contact_id)
        keys = wait_for(lambda: [one["sk"] for one in shop.items(pk, f"M#{recording_id}")], SOON_S)
    assert keys == [f"M#{recording_id}"]


def test_who_leaves_nothing_is_noted(shop: Shop, twilio: SimulatedTwilio, caller: Contact) -> None:
    twilio.write(caller, Act(kind="call"))
    twilio.write(caller, Act(kind="speak"))
    pk = conversation_pk(CHANNEL, caller.account_id, caller.contact_id)
    told(shop, pk)
    assert [one["event"] for one in shop.items(pk, "M#")] == ["voicemail.no_message"]
