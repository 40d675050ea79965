"""What else can be under way: comments, calls, webhooks, requests for deletion, breakers, hours by hand."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from nightbell.adapters.account_table import AccountTable
from nightbell.adapters.call_table import CallTable
from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.heard_table import HeardTable
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.override_table import OverrideTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.domain.deletion import DeletionRequest
from nightbell.domain.events import Contact
from nightbell.domain.hours_override import Override, Scope, ended, with_word
from nightbell.domain.keys import outbox_pk
from nightbell.domain.quiet import week_of
from nightbell.domain.requests import DELETION_SK
from nightbell.domain.voicemail import CHANNEL as VOICEMAIL
from nightbell.domain.voicemail import Done, Recording, RecordingState
from nightbell.domain.webhooks import Webhook
from nightbell.platforms.channel import ApiAccess, Callback, CallbackKind, HttpOutcome, HttpRequest, VerdictKind
from nightbell.platforms.twilio import recordings
from nightbell.platforms.twilio.calls import CallPart
from nightbell.platforms.twilio.voicemail_channel import Voicemail
from nightbell.services.call_conversations import CallConversations
from nightbell.services.delete_on_request import DeleteOnRequest
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.finish_call import FinishCall, Outside
from nightbell.services.forget import Forget
from nightbell.services.sweep import Sweep
from tests.contract.faults import Faults
from tests.contract.test_webhooks_out import CRM, Told
from tests.contract.versions.scenes import AGENT, CANARY, acknowledged_once, written
from tests.contract.versions.stage import Scene, Stage
from tests.contract.world import OPEN, SHARDS, SWEEP_LIFE
from tests.fakes import Behaviour, says
from tests.ladder import PRIVATE, PUBLIC, RECIPIENT, REPLY, LadderApi, MayAnswer
from tests.unit.test_finish_call import CALL, GONE, NUMBER, OWNER, RE, SOUND
from tests.unit.test_finish_call import KEY as RECORDED

ANA = "post/ana"
PAUSED = Webhook(name="paused", url="https://paused.example.org/hook")
CODE = "a" * 26


def wall(dynamodb: Any, table: str) -> Stage:
    """Comments below a post, and the private messages beside them."""
    stage = Stage(dynamodb, table, PUBLIC)
    stage.api = LadderApi()
    stage.channels[PRIVATE.name] = PRIVATE
    stage.senders[REPLY.name] = REPLY
    stage.questions[PUBLIC.name] = MayAnswer()
    stage.accounts[PRIVATE.name, stage.account.account_id] = replace(stage.account, channel=PRIVATE.name)
    stage.build(Faults())
    return stage


def commented(stage: Stage) -> None:
    """The line stands in public; the private reply has to wait."""
    comment = stage.message(by=ANA)
    contact = Contact(contact_id=ANA, address=comment.message_id)
    stage.deliver(replace(comment, contact=contact, thread=comment.message_id))
    assert isinstance(stage.api, LadderApi)
    wait = says(VerdictKind.NOT_SENT, reason="too many", retry_after_s=600)
    stage.api.next_replies = [Behaviour(executed=False, outcome=wait)]
    stage.work()


def climbs(stage: Stage) -> None:
    """The line is not said again, the reply is said once, and what follows in private is the same conversation."""
    stage.contacts = {ANA}
    stage.rest()
    assert isinstance(stage.api, LadderApi)
    [unit] = stage.units_of(ANA)
    assert (unit.state.value, unit.public_state and unit.public_state.value) == ("SENT", "SENT")
    assert (stage.api.seen, stage.api.asked_to_reply) == ([], 1)
    contact = Contact(contact_id=RECIPIENT, address=RECIPIENT)
    stage.pass_by(minutes=1)
    stage.deliver(replace(stage.message("Thank you!"), channel=PRIVATE.name, contact=contact))
    assert stage.conversation(ANA).last_seq == 2
    assert len(ForgettingTable(stage.client).said_in_public(stage.account.account_id, "ana")) == 1
    again = stage.message(by=ANA)
    below = replace(again, contact=Contact(contact_id=ANA, address=again.message_id), thread=again.message_id)
    stage.pass_by(minutes=1)
    stage.deliver(below)
    stage.rest()
    assert stage.api.seen == []


def refused(stage: Stage) -> None:
    """The token is dead: the breaker is open, and the acknowledgement waits behind it."""
    written(stage)
    dead = Behaviour(executed=False, outcome=says(VerdictKind.TOKEN_DEAD, reason="190"))
    stage.api.next = [dead]
    stage.work()
    channel, account = stage.channel.name, stage.account.account_id
    AccountTable(stage.client).note_checked(channel, account, OPEN)
    for count in (3, 4):
        HeardTable(stage.client).add_heard(channel, account, OPEN, count)


def sent_with_a_new_token(stage: Stage) -> None:
    channel, account = stage.channel.name, stage.account.account_id
    assert stage.units.read_breaker(channel, account).cause == "token"
    stage.secrets.token = "another token"
    acknowledged_once(stage)
    assert stage.units.read_breaker(channel, account).open_until is None
    assert AccountTable(stage.client).read_checked_at(channel, account) == OPEN
    HeardTable(stage.client).add_heard(channel, account, OPEN, 5)
    heard = HeardTable(stage.client).read_heard(channel, account, week_of(OPEN).date())
    assert list(heard.values()) == [12]


def closed_by_hand(stage: Stage) -> None:
    storm = Override(
        scope=Scope(), is_open=False, since=OPEN, until=OPEN + timedelta(hours=3), by=AGENT, reason="storm"
    )
    OverrideTable(stage.client).change(lambda said: with_word(said, storm))


def reopened(stage: Stage) -> None:
    [word] = OverrideTable(stage.client).read()
    assert (word.is_open, word.by, word.until) == (False, AGENT, OPEN + timedelta(hours=3))
    late = replace(word, scope=Scope(brand="another"), is_open=True)
    assert len(OverrideTable(stage.client).change(lambda said: with_word(said, late))) == 2
    assert OverrideTable(stage.client).change(lambda said: ended(said, Scope(), OPEN)) == ()


def asked_to_delete(stage: Stage) -> None:
    written(stage)
    stage.deliver(stage.message(f"{CANARY} hello"))
    stage.rest()
    requests, now = DeletionTable(stage.client, SHARDS), stage.clock.now()
    requests.note_deletion(DeletionRequest(code=CODE, platform="fake", asked_at=now, user_id="7"))
    left = Callback(kind=CallbackKind.DEAUTHORIZE, user_id="7", code=CODE, secret="app_secret", issued_at=now)
    requests.note_deauthorized(left)


def deleted(stage: Stage) -> None:
    requests = DeletionTable(stage.client, SHARDS)
    assert requests.was_deauthorized(CODE)
    store, discard = (
        ForgettingTable(stage.client),
        DiscardBeside(DiscardWhole(QuarantineTable(stage.client), stage.clock), {}),
    )
    job = DeleteOnRequest(
        store=requests,
        forget=Forget(store=store, discard=discard, clock=stage.clock),
        accounts=stage.accounts,
        channels=stage.channels,
        clock=stage.clock,
    )
    stage.sweeper = Sweep(
        store=stage.units,
        hints=stage.hints,
        acknowledge=stage.acknowledge,
        clock=stage.clock,
        due_shards=SHARDS,
        jobs={DELETION_SK: job},
    )
    stage.pass_by(minutes=1)
    stage.sweeper(stage.run(SWEEP_LIFE))
    done = requests.read_deletion(CODE)
    assert done is not None
    assert (done.done_at is not None, done.conversations, done.user_id) == (True, 1, "")
    assert CANARY not in str(stage.stored())


def told_to_webhooks(stage: Stage) -> None:
    told = Told(stage.dynamodb, stage.table, CRM, PAUSED)
    told.clock.advance((stage.clock.now() - told.clock.now()).total_seconds())
    told.tell()
    store = OutboxTable(stage.client)
    store.pause(outbox_pk(PAUSED.name), stage.clock.now() + timedelta(minutes=5), 3)


def webhooks_sent(stage: Stage) -> None:
    told = Told(stage.dynamodb, stage.table, CRM, PAUSED)
    told.clock.advance((stage.clock.now() - told.clock.now()).total_seconds())
    told.run()
    assert [request.url for request in told.receivers.got] == [CRM.url]
    told.tell()
    told.wait(minutes=6)
    told.run()
    assert [request.url for request in told.receivers.got] == [CRM.url, PAUSED.url]
    assert json.loads(told.receivers.got[0].content or b"")["type"] == "conversation.acknowledged"


def voicemail(dynamodb: Any, table: str) -> Stage:
    stage = Stage(dynamodb, table)
    stage.channels[VOICEMAIL] = Voicemail()  # type: ignore[assignment] # the real one beside a played one
    stage.accounts[VOICEMAIL, NUMBER] = replace(
        stage.account, channel=VOICEMAIL, account_id=NUMBER, business_account_id=OWNER
    )
    stage.build(Faults())
    return stage


def called(stage: Stage) -> None:
    calls, now = CallTable(stage.client, SHARDS), stage.clock.now()
    call = replace(CALL, at=now)
    calls.open(call)
    recording = Recording(state=RecordingState.COMPLETED, recording_id=RE, seconds=21, at=now)
    for part in (Done(recording_id=RE, seconds=21), recording):
        calls.add(CallPart(call_id=call.call_id, owner_id=OWNER, account_id=NUMBER, caller=call.caller, part=part))
    calls.type_code(call.call_id, "123456")
    stage.hint(call.call_id)


def call_finished(stage: Stage) -> None:
    kept: dict[str, bytes] = {}

    class Bucket:
        def put(self, key: str, recording: bytes) -> None:
            kept[key] = recording

    def send(request: HttpRequest) -> HttpOutcome:
        return SOUND if request.method == "GET" else GONE

    access = ApiAccess(base_url="https://api", version="v", token="SK:key", owner_id=OWNER)
    finish = FinishCall(
        CallTable(stage.client, SHARDS),
        CallConversations(stage.receipts, stage.store_messages, stage.units, stage.hints),
        Outside(access=lambda _: access, send=send, recordings=recordings, kept=Bucket()),
        stage.accounts,
    )
    stage.pass_by(minutes=10)
    for _ in range(2):
        for call_id in stage.called:
            finish(call_id, stage.clock.now())
    assert kept == {RECORDED: b"ID3"}
    messages = [each for each in stage.everything() if each["sk"]["S"].startswith("M#")]
    assert len(messages) == 1


EVERY: dict[str, Scene] = {
    "commented": Scene(begin=commented, end=climbs, make=wall),
    "refused": Scene(begin=refused, end=sent_with_a_new_token),
    "closed_by_hand": Scene(begin=closed_by_hand, end=reopened),
    "asked_to_delete": Scene(begin=asked_to_delete, end=deleted),
    "webhooks": Scene(begin=told_to_webhooks, end=webhooks_sent),
    "called": Scene(begin=called, end=call_finished, make=voicemail),
}
