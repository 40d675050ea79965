"""Mail from end to end: who is answered, what comes back, and what must never be answered."""

import base64
import json
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.email.letters import letter
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.vendor import Act
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.priority import SENTENCES
from nightbell.platforms.channel import ApiAccess, HttpOutcome, OutboundText, Verdict, VerdictKind
from nightbell.platforms.email import errors
from nightbell.platforms.email.channel import MailChannel
from nightbell.platforms.email.errors import judge
from tests.contract.fake_clock import FakeClock
from tests.contract.mail_world import ADA, OURS, MailWorld, signature
from tests.contract.world import CLOSED

OTHER = "hallo@baeckerei.example"


@pytest.fixture
def world() -> Iterator[MailWorld]:
    made = MailWorld(clock=FakeClock(CLOSED))
    yield made
    made.stop()


def test_a_mail_is_acknowledged_in_its_thread_and_the_answer_is_confirmed(world: MailWorld) -> None:
    world.write("Do you have rye bread?", subject="Bread")
    (answer,) = world.answers()
    assert answer.subject.startswith("Re: Bread [NB-")
    assert world.texts() == ["Bread\n\nDo you have rye bread?"]
    assert world.states() == ["CONFIRMED"]
    (call,) = world.calls
    assert call.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=test/")


def test_a_reply_stays_in_its_conversation_and_gets_no_second_answer(world: MailWorld) -> None:
    world.write("Do you have rye bread?", subject="Bread")
    world.write("And cake?")
    assert len(world.answers()) == 1
    assert world.texts() == ["Bread\n\nDo you have rye bread?", "And cake?"]


def test_the_same_mail_told_three_times_is_one(world: MailWorld) -> None:
    world.mail.write(world.contact(), Act(text="Hello", subject="Hello"), copies=3)
    world.follow()
    assert len(world.texts()) == len(world.answers()) == 1


def filed(address: str, kind: str) -> str:
    """Tell under which id a mail of that kind is kept."""
    return f"{address} via {address.rpartition('@')[2]}" if kind == "forged" else address


@pytest.mark.parametrize("kind", ["list", "vacation", "spam", "forged"])
def test_what_no_person_sent_is_kept_and_never_answered(world: MailWorld, kind: str) -> None:
    world.write("Hello", kind=kind, subject="Hello")
    assert world.texts(filed(ADA, kind)) == ["Hello\n\nHello"]
    assert world.answers() == []
    said = SENTENCES[PriorityReason.UNPROVEN]
    assert (said in str(world.human_queue.messages[-1]["priority"])) == (kind == "forged")


def test_a_mail_in_somebodys_name_changes_nothing_about_their_conversation(world: MailWorld) -> None:
    world.write("Hello", subject="Hello")
    before = world.stored()
    world.pass_by(minutes=1)
    world.write("Send it elsewhere", kind="forged", subject="Hello")
    assert world.stored() == before


def test_an_out_of_office_answer_to_ours_changes_nothing(world: MailWorld) -> None:
    world.mail.others()["away"](world.contact(), "", "")
    world.write("Hello", subject="Hello")
    assert len(world.answers()) == 1
    assert world.texts() == ["Hello\n\nHello"]
    assert "email.auto_reply" in {fact.fields.get("kind") for fact in world.facts}


def test_what_bounces_is_told_to_a_person(world: MailWorld) -> None:
    world.faults.add(Fault(kind=FaultKind.FAILED_STATUS))
    world.write("Hello", subject="Hello")
    assert world.states() == ["UNDELIVERED"]


@pytest.mark.parametrize(
    ("address", "shown", "told"),
    [("eve@mail.example", ["It is ready."], "Delivery"), ("eve@mail.invalid", [], "Bounce")],
)
def test_who_never_wrote_by_mail_has_a_mailbox_all_the_same(
    world: MailWorld, address: str, shown: list[str], told: str
) -> None:
    """As somebody has who gave their address in a chat; only below .invalid nobody is."""
    access = ApiAccess(base_url=world.server.url, version="v2", token="", at=world.clock.now())
    outbound = OutboundText(account_id=OURS, address=address, text="It is ready.", tag="nightbell.1.d1.key")
    request = MailChannel().send_request(outbound, access)
    assert MailChannel().verdict(PlatformHttp(sign=signature()).send(request)).kind is VerdictKind.SENT
    assert [bubble.text.strip() for bubble in world.mail.transcript(world.contact(address))] == shown
    assert world.mail.log[-1].what == f"email {told}"


def test_a_complaint_silences_us_for_that_contact(world: MailWorld) -> None:
    world.write("Hello", subject="Hello")
    world.mail.others()["complain"](world.contact(), "", "")
    world.follow()
    assert world.meta()["opted_out"] is True
    assert "operator_must_look" in {fact.name for fact in world.facts}


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (Fault(kind=FaultKind.LOST_ANSWER), 1),
        (Fault(kind=FaultKind.CUT_ANSWER), 1),
        (Fault(kind=FaultKind.EMPTY_ANSWER), 1),
        (Fault(kind=FaultKind.DOUBLE_ECHO), 1),
        (Fault(kind=FaultKind.NO_ECHO), 1),
        (Fault(kind=FaultKind.DROPPED), 0),
        (Fault(kind=FaultKind.OUTAGE), 0),
        (Fault(kind=FaultKind.ERROR, name="TooManyRequestsException"), 1),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else str(value),
)
def test_no_fault_makes_two_answers(world: MailWorld, fault: Fault, sent: int) -> None:
    """What was lost on its way is told to a person: nothing shows that it was not sent."""
    world.faults.add(fault)
    world.write("Hello", subject="Hello")
    for _ in range(20):
        world.pass_by(minutes=5)
    assert len(world.answers()) == sent


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("TooManyRequestsException", VerdictKind.NOT_SENT),
        ("ThrottlingException", VerdictKind.CAPPED),
        ("LimitExceededException", VerdictKind.CAPPED),
        ("MessageRejected", VerdictKind.REFUSED),
        ("NotVerified", VerdictKind.ACCOUNT_BLOCKED),
        ("MailFromDomainNotVerifiedException", VerdictKind.ACCOUNT_BLOCKED),
        ("AccountSuspendedException", VerdictKind.ACCOUNT_BLOCKED),
        ("SendingPausedException", VerdictKind.ACCOUNT_BLOCKED),
        ("NotFoundException", VerdictKind.ACCOUNT_BLOCKED),
        ("BadRequestException", VerdictKind.REFUSED),
        ("AccessDeniedException", VerdictKind.NOT_PERMITTED),
        ("InvalidSignatureException", VerdictKind.TOKEN_DEAD),
        ("ExpiredTokenException", VerdictKind.ACCOUNT_BLOCKED),
    ],
)
def test_each_documented_error_has_its_verdict(
    world: MailWorld, monkeypatch: pytest.MonkeyPatch, name: str, kind: VerdictKind
) -> None:
    judged: list[Verdict] = []

    def watched(outcome: HttpOutcome) -> Verdict:
        judged.append(judge(outcome))
        return judged[-1]

    monkeypatch.setattr(errors, "judge", watched)
    world.faults.add(Fault(kind=FaultKind.ERROR, name=name))
    world.write("Hello", subject="Hello")
    assert judged[0].kind is kind
    assert world.answers() == []


def test_an_unsigned_call_is_refused(world: MailWorld) -> None:
    answer = world.mail.answer(Request(method="POST", path="/v2/email/outbound-emails", body=b"{}"))
    assert answer.status == 403


# Loops


def exchanged(one: MailWorld, other: MailWorld, seen: dict[str, int], dropped: tuple[str, ...]) -> int:
    """Carry over what one sent to the other's address, without the headers that are dropped on the way."""
    carried = 0
    for call in one.calls[seen[one.address] :]:
        seen[one.address] += 1
        if json.loads(call.body)["Destination"]["ToAddresses"] == [other.address]:
            mail = message_from_bytes(raw_of(call))
            for name in dropped:
                del mail[name]
            arrives(other, mail.as_bytes(), one.address)
            carried += 1
    return carried


def raw_of(call: Request) -> bytes:
    return base64.b64decode(json.loads(call.body)["Content"]["Raw"]["Data"])


def arrives(world: MailWorld, raw: bytes, source: str) -> None:
    contact = world.contact(source)
    world.mail._arrives(contact, raw, world.address, "text")
    world.follow()


@pytest.mark.parametrize(
    "dropped", [(), ("Auto-Submitted",), ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence")]
)
def test_two_nightbells_that_write_to_each_other_stop_by_themselves(world: MailWorld, dropped: tuple[str, ...]) -> None:
    """Even where a server on the way strips what an answer says of itself."""
    second = MailWorld(OTHER, world.clock)
    try:
        contact = world.contact(OTHER)
        raw = letter(contact, Act(text="Hello", subject="Hello"), OURS, "a@baeckerei.example", world.clock.now(), {})
        arrives(world, raw, OTHER)
        seen = {OURS: 0, OTHER: 0}
        rounds = [(world, second), (second, world)] * 5
        carried = [exchanged(one, other, seen, dropped) for one, other in rounds]
        assert carried == [1, *[0] * 9]
        assert len(second.calls) == 0
        assert len(world.calls) == 1
    finally:
        second.stop()


def test_without_any_mark_the_window_ends_a_loop(world: MailWorld) -> None:
    """A machine that marks nothing gets three answers in a day at most."""
    for number in range(12):
        world.write(f"Message {number}", subject=f"Ticket {number}")
        world.pass_by(minutes=30)
    assert len(world.answers()) <= 3


def test_an_answer_is_a_mail_that_programs_can_read(world: MailWorld) -> None:
    world.write("Hello", subject="Hello")
    assert message_from_bytes(raw_of(world.calls[0])).defects == []


# One contact, several addresses

WORK = "ada@work.example"


def code_of(world: MailWorld) -> str:
    return world.answers()[0].subject.rpartition("[")[2].rstrip("]")


@pytest.mark.parametrize("where", ["subject", "text", "address"])
def test_a_code_leads_a_mail_from_elsewhere_home(world: MailWorld, where: str) -> None:
    world.write("Do you have rye bread?", subject="Bread")
    code = code_of(world)
    contact, to = world.contact(WORK), OURS
    subject, text = "Hello", "It is me"
    if where == "subject":
        subject = f"Re: Bread [{code}]"
    elif where == "text":
        text = f"It is me, my code is {code}."
    else:
        to = OURS.replace("@", f"+{code.removeprefix('NB-').replace('-', '')}@")
    raw = letter(contact, Act(text=text, subject=subject), to, "b@work.example", world.clock.now(), {})
    world.clock.advance(60)
    world.mail._arrives(contact, raw, to, "text")
    world.follow()
    assert len(world.texts()) == 2
    assert world.texts(WORK) == []


@pytest.mark.parametrize(
    ("kind", "code"), [("text", "NB-0000-0000"), ("list", ""), ("vacation", ""), ("spam", ""), ("forged", "")]
)
def test_what_is_not_believed_leads_nowhere(world: MailWorld, kind: str, code: str) -> None:
    world.write("Do you have rye bread?", subject="Bread")
    world.clock.advance(60)
    world.write(f"My code is {code or code_of(world)}.", by=WORK, kind=kind, subject="Hello")
    assert len(world.texts()) == 1
    assert len(world.texts(filed(WORK, kind))) == 1
