"""Every alarm fires for its cause: services fail as they fail, their function prints, and the alarm as deployed judges.

What AWS itself measures is given as AWS documents it; the rest went through the reporter that ships.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aws_lambda_powertools import Metrics

from nightbell.domain.errors import MisconfiguredError, NightbellError, SignatureError, UnavailableError
from nightbell.domain.events import Broken
from nightbell.domain.facts import Fact
from nightbell.domain.measures import TROUBLE
from nightbell.handlers import receive_webhook, report, sweep
from nightbell.platforms.channel import VerdictKind
from nightbell.services.count_heard import NoticeQuiet
from nightbell.services.sweep import PARKED_AFTER
from nightbell.services.watch_waiting import WatchWaiting
from tests.contract.fake_clock import FakeClock
from tests.contract.faults import Faults, How
from tests.contract.test_what_is_kept import from_inbox
from tests.contract.test_what_leaves import refuses
from tests.contract.world import World
from tests.fakes import LOST_UNSENT, WELL, FakeSpillQueue
from tests.unit.test_hold_promises import SETTINGS, TEN, Store
from tests.unit.test_quiet import NOW, Heard
from tests.unit.test_watch_storms import storm_of
from tests.watching import ALARMS, GIVEN, NAMESPACE, Sample, printed, resolved, state

NOON = 12 * 3600.0
Cause = Callable[["Stage"], None]


class Stage:
    """One stack on paper: what its functions print becomes metrics, and time passes from minute to minute."""

    def __init__(self, world: World, output: Callable[[], str]) -> None:
        self.world = world
        self.now_s = NOON
        self.samples: list[Sample] = []
        self._output = output

    def tell(self, facts: Iterable[Fact]) -> None:
        """Report as handlers do."""
        report.report(facts)
        self.read()

    def read(self) -> None:
        """Take what was printed for metrics of now."""
        self.samples += printed(self._output(), self.now_s)

    def aws(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        """Measure what AWS measures."""
        self.samples.append(Sample(namespace=namespace, name=name, value=value, at_s=self.now_s, dimensions=dimensions))

    def during(self, minutes: int, act: Callable[[], None]) -> None:
        """Do something in each of several minutes."""
        for _ in range(minutes):
            act()
            self.now_s += 60

    def alarms(self) -> set[str]:
        """Tell which alarms go off, once the present period is over."""
        return {name for name in ALARMS if state(name, self.samples, self.end_of_period(name)) == "ALARM"}

    def end_of_period(self, name: str) -> float:
        """Where an alarm's current period ends."""
        last = max((sample.at_s for sample in self.samples), default=self.now_s)
        period = float(resolved(ALARMS[name])["Period"])
        return last - last % period + period


@pytest.fixture
def stage(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    metrics = Metrics(namespace=NAMESPACE, service="nightbell")
    monkeypatch.setattr(report, "_metrics", metrics)
    monkeypatch.setattr(report.logger, "_logger", SimpleNamespace(info=_quiet, error=_quiet))
    found = Stage(world, lambda: capsys.readouterr().out)
    found.during(3, lambda: found.aws("AWS/Lambda", "Invocations", 1, FunctionName=GIVEN["Sweep"]))
    found.now_s -= 60
    yield found
    metrics.clear_metrics()


def _quiet(*_: object, **__: object) -> None:
    """Metrics alone are read here."""


# Causes


def delivered(stage: Stage) -> None:
    stage.tell(stage.world.write().facts)


def spilled(stage: Stage) -> None:
    stage.world.build(Faults(at=1, how=How.FAILED), FakeSpillQueue())
    delivered(stage)


def handled(stage: Stage, error: Exception) -> None:
    def fail(_: object) -> None:
        raise error

    receiving = SimpleNamespace(answer=fail)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receive_webhook, "_receiving", lambda: receiving)
        receive_webhook.handler({}, None)
    stage.read()


def refusing(error: NightbellError, times: int = 1) -> Cause:
    def cause(stage: Stage) -> None:
        for _ in range(times):
            handled(stage, error)

    return cause


def crashed(stage: Stage) -> None:
    handled(stage, ValueError("a customer's words"))


def broken_event(stage: Stage) -> None:
    event = Broken(kind="fake.message", channel="fake", reason="no id", raw="{}")
    stage.tell(stage.world.deliver(event).facts)


def hints_lost(stage: Stage) -> None:
    def unhinted() -> None:
        stage.world.build(Faults(at=1, how=How.FAILED, of="hint"))
        stage.tell(stage.world.write(by=str(int(stage.now_s))).facts)

    stage.during(11, unhinted)
    stage.now_s -= 60


def sent(stage: Stage, *outcomes: object, times: int = 1) -> None:
    world = stage.world
    for number in range(times):
        world.api.next = list(outcomes)  # type: ignore[arg-type]
        world.write(by=f"{len(stage.samples)}-{number}")
        world.work()
    stage.tell(world.facts)
    world.facts.clear()


def token_dead(stage: Stage) -> None:
    sent(stage, refuses(VerdictKind.TOKEN_DEAD))


def refused_for_good(stage: Stage) -> None:
    sent(stage, refuses(VerdictKind.REFUSED), times=11)


def uncertain(stage: Stage) -> None:
    """One send in two, so that no breaker opens."""
    for _ in range(6):
        sent(stage, LOST_UNSENT)
        sent(stage, WELL)


def slow(stage: Stage) -> None:
    world = stage.world

    def late() -> None:
        world.write(by=str(int(stage.now_s)))
        world.pass_by(seconds=70)
        world.work()
        stage.tell(world.facts)
        world.facts.clear()

    stage.during(15, late)
    stage.now_s -= 60


def swept(stage: Stage, facts: Iterable[Fact] = (), oldest_due_s: int = 0) -> None:
    """Run the handler of Sweep over what a sweep has found."""
    found = SimpleNamespace(facts=tuple(facts), oldest_due_s=oldest_due_s, failure=None)
    composed = (SimpleNamespace(run=lambda _: None), lambda _: found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "_composed", lambda: composed)
        sweep.handler({}, SimpleNamespace())
    stage.read()


def stuck(stage: Stage) -> None:
    """Nobody sweeps while a message waits for its acknowledgement, and then one does whose hint leads nowhere."""
    world = stage.world
    world.write()
    world.hints.waiting.clear()
    world.pass_by(minutes=7)
    for _ in range(2):
        found = world.sweeper(world.run(timedelta(seconds=55)))
        swept(stage, found.facts, found.oldest_due_s)
        stage.now_s += 60
        world.pass_by(minutes=1)
        world.hints.waiting.clear()
    stage.now_s -= 60


def parked(stage: Stage) -> None:
    world = stage.world
    world.write()
    world.acknowledge = None  # type: ignore[assignment]
    world.sweeper._acknowledge = _failing  # type: ignore[assignment]
    for _ in range(PARKED_AFTER + 1):
        world.hints.waiting.clear()
        world.pass_by(hours=3)
        found = world.sweeper(world.run(timedelta(seconds=55)))
    swept(stage, found.facts, found.oldest_due_s)


def _failing(*_: object) -> list[Fact]:
    raise UnavailableError("the table is away")


def troubled(metric: str) -> Cause:
    """Tell each fact of a kind alone: any of them must do."""

    def cause(stage: Stage) -> None:
        for name in [name for name, kind in TROUBLE.items() if kind == metric]:
            del stage.samples[3:]
            stage.tell([Fact(name=name, alarm=True)])
            assert stage.samples[3:], name

    return cause


def late_answers(stage: Stage) -> None:
    """Somebody answers five customers in the platform's own inbox, the next day."""
    world = stage.world
    for by in "12345":
        world.write(by=by)
        world.work()
    world.pass_by(hours=24)
    world.facts.clear()
    for by in "12345":
        world.deliver(from_inbox(world, by=by))
    stage.tell(world.facts)


def quiet(stage: Stage) -> None:
    heard = Heard()
    for week in range(1, 5):
        heard.hours["messenger", "100", NOW - timedelta(weeks=week, hours=1)] = 30
    stage.tell(NoticeQuiet(heard, SETTINGS.accounts.values(), FakeClock(NOW))())


def stormy(stage: Stage) -> None:
    """Forty people comment on one post within a minute."""
    stage.tell(storm_of(people=40).facts)


def overdue(stage: Stage) -> None:
    store, clock = Store(), FakeClock(TEN + timedelta(hours=3))
    store.wait(TEN, count=5)
    watch = WatchWaiting(store, SETTINGS, clock)

    def minute() -> None:
        swept(stage, watch())
        clock.advance(60)

    stage.during(11, minute)
    stage.now_s -= 60


def of_aws(namespace: str, metric: str, value: float, minutes: int = 5, **dimensions: str) -> Cause:
    def cause(stage: Stage) -> None:
        stage.during(minutes, lambda: stage.aws(namespace, metric, value, **dimensions))
        stage.now_s -= 60

    return cause


def silence(stage: Stage) -> None:
    """Let four minutes pass in which only somebody else's function runs."""
    stage.now_s += 60
    of_aws("AWS/Lambda", "Invocations", 1, 4, FunctionName="another")(stage)


def broke_off(function: str) -> Cause:
    return of_aws("AWS/Lambda", "Errors", 1, FunctionName=GIVEN[function])


def no_room(function: str) -> Cause:
    return of_aws("AWS/Lambda", "Throttles", 1, FunctionName=GIVEN[function])


def waits(queue: str, seconds: int) -> Cause:
    return of_aws("AWS/SQS", "ApproximateAgeOfOldestMessage", seconds, QueueName=GIVEN[queue])


def given_up(queue: str) -> Cause:
    return of_aws("AWS/SQS", "ApproximateNumberOfMessagesVisible", 1, QueueName=GIVEN[queue])


TABLE = {"TableName": GIVEN["Table"]}
FUNCTIONS = ("ReceiveWebhook", "Acknowledge", "Sweep", "ReplayDelivery", "CheckAccounts", "ShowHours", "Desk")
COUNTS = "CountDays"
FUNCTIONS_IF_WANTED = ("ReceiveMail", "FinishCall", "SendWebhooks", "Notify")
CAUSES: dict[str, Cause] = {
    "OldestDue": stuck,
    "SweepSilent": silence,
    "Parked": parked,
    "ReceivingFails": spilled,
    "ApiFails": of_aws("AWS/ApiGateway", "5xx", 1, ApiId=GIVEN["ApiId"]),
    "ApiThrottles": of_aws(NAMESPACE, "throttled", 1),
    "Forged": refusing(SignatureError("not signed"), times=101),
    "HintsLost": hints_lost,
    "NotUnderstood": broken_event,
    "QuietChannels": quiet,
    "StormBegan": stormy,
    "AcknowledgementsSlow": slow,
    "SendingStopped": token_dead,
    "SendsRefused": refused_for_good,
    "SendsUncertain": uncertain,
    "WebhooksOutStopped": troubled("trouble_webhooks"),
    "TeamNotTold": troubled("trouble_team"),
    "PromisesBroken": late_answers,
    "PromisesOverdue": overdue,
    "BadReviews": troubled("trouble_reviews"),
    "AccountNeedsCare": troubled("trouble_accounts"),
    "SettingsWrong": troubled("trouble_settings"),
    "Defects": crashed,
    **{f"{name}Fails": broke_off(name) for name in (*FUNCTIONS, *FUNCTIONS_IF_WANTED)},
    f"{COUNTS}Fails": of_aws("AWS/Lambda", "Errors", 3, FunctionName=GIVEN[COUNTS]),
    **{f"{name}Throttled": no_room(name) for name in ("ReceiveWebhook", "Acknowledge", "Sweep")},
    "ConcurrencyHigh": of_aws("AWS/Lambda", "ConcurrentExecutions", 801),
    "AckQueueOld": waits("AckQueue", 301),
    "SpillQueueOld": waits("SpillQueue", 1801),
    "MailQueueOld": waits("MailQueue", 901),
    "CallQueueOld": waits("CallQueue", 3601),
    "HumanQueueOld": waits("HumanQueue", 4 * 86400 + 1),
    **{f"{name}DeadLetters": given_up(f"{name}Dead") for name in ("Ack", "Spill", "Mail", "Call", "Human")},
    "TableReadsThrottled": of_aws("AWS/DynamoDB", "ReadThrottleEvents", 1, **TABLE),
    "TableWritesThrottled": of_aws("AWS/DynamoDB", "WriteThrottleEvents", 1, **TABLE),
    "WaitingIndexThrottled": of_aws(
        "AWS/DynamoDB", "WriteThrottleEvents", 1, **TABLE, GlobalSecondaryIndexName="waiting"
    ),
    "IndexThrottled": of_aws("AWS/DynamoDB", "WriteThrottleEvents", 1, **TABLE, GlobalSecondaryIndexName="due"),
}


def test_every_alarm_has_a_cause() -> None:
    assert set(CAUSES) == set(ALARMS)


@pytest.mark.parametrize("name", CAUSES)
def test_an_alarm_goes_off_for_its_cause(name: str, stage: Stage) -> None:
    assert stage.alarms() == set()
    CAUSES[name](stage)
    assert name in stage.alarms()


@pytest.mark.parametrize("metric", sorted({kind for kind in TROUBLE.values() if kind.startswith("trouble")}))
def test_whatever_an_operator_must_hear_of_sets_its_alarm_off(metric: str, stage: Stage) -> None:
    [alarm] = [name for name in ALARMS if resolved(ALARMS[name])["MetricName"] == metric]
    before = list(stage.samples)
    for name in [name for name, kind in TROUBLE.items() if kind == metric]:
        stage.samples[:] = before
        stage.tell([Fact(name=name, alarm=True)])
        assert stage.alarms() >= {alarm}, name
        stage.samples[:] = before
        stage.tell([Fact(name=name)])
        assert alarm not in stage.alarms(), name


@pytest.mark.parametrize("error", [MisconfiguredError("no secret"), UnavailableError("no table")], ids=str)
def test_what_is_not_received_is_an_alarm_at_once(error: NightbellError, stage: Stage) -> None:
    handled(stage, error)
    assert "ReceivingFails" in stage.alarms()


def test_an_hour_of_business_as_usual_is_no_alarm(stage: Stage) -> None:
    """Messages come and are acknowledged; some are not signed, one send is refused, Sweep finds nothing."""
    stage.now_s += 60

    def minute() -> None:
        stage.aws("AWS/Lambda", "Invocations", 1, FunctionName=GIVEN["Sweep"])
        swept(stage)
        sent(stage, WELL)
        handled(stage, SignatureError("not signed"))

    stage.during(10, minute)
    sent(stage, refuses(VerdictKind.REFUSED))
    stage.tell([Fact(name="first_answer", fields={"wall_s": 60, "promise_kept": 0})])
    stage.aws("AWS/Lambda", "Invocations", 1, FunctionName=GIVEN["Sweep"])
    assert stage.alarms() == set()


def test_nobody_is_woken_because_nobody_writes(stage: Stage) -> None:
    def minute() -> None:
        stage.aws("AWS/Lambda", "Invocations", 1, FunctionName=GIVEN["Sweep"])
        swept(stage)

    stage.during(60, minute)
    stage.now_s -= 60
    assert stage.alarms() == set()


def test_what_belongs_to_another_function_or_queue_is_no_alarm(stage: Stage) -> None:
    stage.aws("AWS/Lambda", "Errors", 9, FunctionName="another")
    stage.aws("AWS/SQS", "ApproximateNumberOfMessagesVisible", 9, QueueName="another")
    assert stage.alarms() == set()


def test_alarms_are_raised_within_minutes(stage: Stage) -> None:
    """What stops customers from being heard or answered is known three minutes later."""
    for name in ("SweepSilent", "ReceivingFails", "SendingStopped", "Defects", "ReceiveWebhookFails", "ApiFails"):
        alarm = resolved(ALARMS[name])
        assert alarm["Period"] * alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) <= 180, name
    assert stage.alarms() == set()
