"""Simulated platforms side by side: whose call it is, whose secrets, and what every one of them can do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.vendor import MetaAsVendor
from infra.local.platforms.screens import Screens
from infra.local.platforms.spoiling import spoiled
from infra.local.platforms.switchboard import Switchboard
from infra.local.platforms.vendor import Act, Bubble, Contact, SimulatedVendor
from infra.local.platforms.vendors import VENDORS, accounts_by_platform, vendor_class, vendor_of
from infra.local.secrets import local_secrets
from infra.local.settings import BUSINESS
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.platforms.registry import CHANNELS, PLATFORMS

ADA = Contact(channel="messenger", account_id="100000000000001", contact_id="5000000000000001", name="Ada")
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)


@dataclass(slots=True)
class Answering:
    paths: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.paths.append(request.path)
        return Reply()


@pytest.mark.parametrize(
    ("path", "whose", "seen"),
    [
        ("/x/2/tweets", "x", "/2/tweets"),
        ("/x", "x", "/"),
        ("/x/", "x", "/"),
        ("/v26.0/me/messages", "meta", "/v26.0/me/messages"),
        ("/graph.instagram.com/v26.0/me", "meta", "/graph.instagram.com/v26.0/me"),
        ("/xy/2", "meta", "/xy/2"),
        ("/", "meta", "/"),
    ],
)
def test_the_first_part_of_the_path_says_whose_api_is_called(path: str, whose: str, seen: str) -> None:
    played = {"meta": Answering(), "x": Answering()}
    Switchboard(cast("dict[str, SimulatedVendor]", played)).answer(Request(method="GET", path=path))
    assert {name: each.paths for name, each in played.items() if each.paths} == {whose: [seen]}


def test_secrets_are_made_up_once_and_kept_where_only_their_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = local_secrets(file, {"meta": {"app_secret": lambda: "one"}})
    again = local_secrets(file, {"meta": {"app_secret": lambda: "two"}, "x": {"consumer_secret": lambda: "three"}})
    assert (first, again) == (
        {"meta": {"app_secret": "one"}},  # pragma: allowlist secret
        {"meta": {"app_secret": "one"}, "x": {"consumer_secret": "three"}},  # pragma: allowlist secret
    )
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_of_an_earlier_form_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"app_secret": "flat", "meta": "no table"}')  # pragma: allowlist secret
    assert local_secrets(file, {"meta": {"app_secret": lambda: "new"}}) == {
        "meta": {"app_secret": "new"}  # pragma: allowlist secret
    }


def test_an_account_belongs_to_the_platform_of_its_channel() -> None:
    accounts = list(read_business(BUSINESS, LibraryCalendars()).accounts.values())
    groups = accounts_by_platform(accounts)
    assert sorted(one.channel for own in groups.values() for one in own) == sorted(one.channel for one in accounts)
    assert all(CHANNELS[one.channel].platform == platform for platform, own in groups.items() for one in own)


def test_a_channel_without_a_running_platform_is_refused_in_words(meta: SimulatedMeta) -> None:
    vendors: dict[str, SimulatedVendor] = {"meta": MetaAsVendor(meta)}
    assert vendor_of(vendors, "whatsapp") is vendors["meta"]
    with pytest.raises(LookupError, match="fax"):
        vendor_of(vendors, "fax")
    with pytest.raises(LookupError, match="whatsapp"):
        vendor_of({}, "whatsapp")


@pytest.mark.parametrize("platform", VENDORS)
def test_every_simulated_platform_is_a_registered_one_and_can_be_loaded(platform: str) -> None:
    assert platform in PLATFORMS
    wanted = {name for name in dir(SimulatedVendor) if not name.startswith("_")}
    assert wanted <= set(dir(vendor_class(platform)))


def test_meta_acts_like_every_platform(meta: SimulatedMeta) -> None:
    vendor: SimulatedVendor = MetaAsVendor(meta)
    settings: dict[str, Any] = {"channel": "messenger", "name": "Ada"}
    assert vendor.contact(settings).contact_id == ADA.contact_id
    contact = vendor.contact({**settings, "contact": "77"})
    before = len(vendor.log)
    written = vendor.write(contact, Act(text="Hello"), batch=2)
    assert len(written.message_ids) == 2
    assert [bubble.text for bubble in vendor.transcript(contact)] == ["Hello", "Hello"]
    vendor.others()["inbox"](contact, "I am on it", "")
    assert [bubble.by for bubble in vendor.transcript(contact)] == ["", "", "a person in the inbox"]
    assert len(vendor.log) == before + 2


def test_a_screen_tells_how_long_its_owner_waited() -> None:
    screens = Screens()
    early = screens.show(ADA, Bubble(author="business", text="news", message_id="0", at=NOW))
    screens.show(ADA, Bubble(author="contact", text="Hello", message_id="1", at=NOW))
    told = screens.show(ADA, Bubble(author="business", text="Hi", message_id="2", at=NOW))
    assert (early.after_ms, told.after_ms is not None) == (None, True)
    assert [bubble.message_id for bubble in screens.of(ADA)] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        (FaultKind.ERROR, (418, b"", False)),
        (FaultKind.OUTAGE, (502, b"<!DOC", False)),
        (FaultKind.EMPTY_ANSWER, (200, b"{}", False)),
        (FaultKind.LOST_ANSWER, (200, b"whole", True)),
        (FaultKind.SLOW, (200, b"whole", False)),
    ],
)
def test_a_fault_spoils_any_platforms_answer(kind: FaultKind, seen: tuple[int, bytes, bool]) -> None:
    reply = spoiled(Fault(kind=kind), Reply(body=b"whole"), lambda _: Reply(status=418))
    assert (reply.status, reply.body[:5], reply.hang_up) == seen
