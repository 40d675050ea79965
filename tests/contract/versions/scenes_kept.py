"""What stands in the table beside conversations, and is read much later: by the team, by reports, by the next storm."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.pace_table import say_line
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.storm_table import StormTable
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.events import Noise
from nightbell.domain.keys import outbox_pk, posted_pk, spilled_pk, team_pk
from nightbell.domain.priority import SENTENCES
from nightbell.domain.storm import Storm
from nightbell.domain.weekly_report.kept_day import KeptDay
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from nightbell.services.desk_reading import Standing
from nightbell.services.kept import Entry, Handled
from nightbell.services.note_posts import NotePosts
from nightbell.services.send_to_team import SendToTeam
from nightbell.services.write_alerts import WriteAlerts
from tests.contract.fake_clock import FakeClock
from tests.contract.test_notify import SLACK, Human, Keys
from tests.contract.versions.scenes import AGENT
from tests.contract.versions.stage import Scene, Stage
from tests.contract.world import OPEN
from tests.unit.test_hold_promises import KNOWN

KEY = ("public", "1")
STORM = Storm(since=OPEN, until=OPEN + timedelta(minutes=5), people=400, peak=90, threshold=40, told_at=OPEN)
DAY = date(2026, 11, 22)
COUNTED = KeptDay(tally=Counter({("messages", "messenger"): 7}), waiting={"messenger": 2}, waiting_at=OPEN)
ENTRY = Entry(
    name="7d7bd6e0", month="2026-11", received_at=OPEN, platform="meta", kind="spilled", reason="the table", size=12
)
MEAN = SENTENCES[PriorityReason.EMERGENCY]


def storming(stage: Stage) -> None:
    storms = StormTable(stage.client, 2)
    storms.write_storm(KEY, STORM)
    storms.write_threshold(KEY, 40)
    assert say_line(stage.client, KEY, "post", "the first", OPEN) == "the first"


def storm_goes_by(stage: Stage) -> None:
    """The line below the post is not said by another, and the storm ends."""
    storms = StormTable(stage.client, 2)
    assert storms.read_storm(KEY) == STORM
    assert say_line(stage.client, KEY, "post", "a second", OPEN) == "the first"
    storms.write_storm(KEY, None)
    assert storms.read_storm(KEY) is None


def counted(stage: Stage) -> None:
    assert ReportTable(stage.client).keep("corner", DAY, COUNTED)
    assert stage.receipts.is_new_kind("meta", "page.odd", OPEN)
    records = QuarantineTable(stage.client, spilled_pk)
    records.note(ENTRY)
    records.mark_replayed(ENTRY, Handled(who=AGENT, at=OPEN))


def still_known(stage: Stage) -> None:
    report = ReportTable(stage.client)
    assert report.days("corner", DAY, DAY) == {DAY: COUNTED}
    assert not report.keep("corner", DAY, KeptDay())
    assert not stage.receipts.is_new_kind("meta", "page.odd", OPEN)
    found = QuarantineTable(stage.client, spilled_pk).find(ENTRY.name, ENTRY.month)
    assert found is not None
    assert found.replayed == Handled(who=AGENT, at=OPEN)


def alarmed(stage: Stage) -> None:
    store = OutboxTable(stage.client)
    stage.write("Fire!")
    conversation: dict[str, Any] = {
        "conversation_id": stage.pk(),
        "episode": 1,
        "brand": "corner",
        "channel": stage.channel.name,
        "via": None,
        "contact": {"id": "7", "display_name": "Ana"},
        "first_message_at": OPEN.isoformat(),
        "last_message_at": OPEN.isoformat(),
        "priority": {"score": 100, "reasons": [MEAN]},
        "preview": None,
        "desk_link": "https://desk.example.com/desk/7",
    }
    WriteAlerts(Human(), store, (SLACK,), KNOWN.brands, stage.clock).send(conversation)
    post = Noise(kind="fake.post", channel=stage.channel.name, account_id=stage.account.account_id)
    NotePosts(store, stage.accounts, stage.clock)(post)
    store.disable(outbox_pk("gone"), "410", OPEN)


class Chat:
    """Takes what the team is told."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.posted = clock, list[HttpRequest]()

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.posted.append(request)
        self.clock.advance(1)
        return Answer(status=200, headers={}, body=b"ok")


def team_hears_of_it_once(stage: Stage) -> None:
    store, chat = OutboxTable(stage.client), Chat(stage.clock)
    standing = Standing(pk=stage.pk(), conversation=stage.conversation(), state=stage.truth.read_desk(stage.pk()))
    send = SendToTeam(
        store=store,
        standings=lambda pks: [standing for pk in pks if pk == standing.pk],
        api=chat,
        secrets=Keys(),
        places=(SLACK,),
        brands=KNOWN.brands,
        clock=stage.clock,
    )
    stage.pass_by(minutes=1)
    for _ in range(2):
        send(stage.clock.now() + timedelta(seconds=55))
        stage.pass_by(minutes=5)
    assert len(chat.posted) == 1
    assert store.due(team_pk(SLACK.name), stage.clock.now(), 9) == []
    assert len(store.due(posted_pk(stage.account.brand.key), stage.clock.now(), 9)) == 1
    assert store.state(outbox_pk("gone")).because == "410"
    stage.rest()


EVERY: dict[str, Scene] = {
    "storming": Scene(begin=storming, end=storm_goes_by),
    "counted": Scene(begin=counted, end=still_known),
    "alarmed": Scene(begin=alarmed, end=team_hears_of_it_once),
}
