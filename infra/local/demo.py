"""``demo``: five things that must happen, shown as they happen; fails unless all of them did."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.cloud import LocalCloud, Ports, local_cloud
from infra.local.human_queue import latest
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Bubble, Contact, user_id_for
from infra.local.platforms.meta.simulator import Written
from infra.local.platforms.meta.writing import event_for, tapping
from infra.local.progress import Progress, bold, faint, green, red
from infra.local.shifted_clock import moments
from infra.local.team import Team
from infra.local.waiting import wait_for

ANSWER_S = 20.0
QUIET_S = 2.0
AGENT = "marta"
GUESS = "not-the-secret-of-the-app"


class DemoFailedError(Exception):
    """Something that must happen did not; the sentence says what."""


def demo(ports: Ports) -> int:
    """Show everything on a cloud of its own; 0 only if all of it happened."""
    with local_cloud(ports, Progress()) as cloud:
        show = Demo(cloud)
        try:
            for scene in (show.receipt, show.duplicate, show.forgery, show.redirect, show.episode):
                scene()
        except DemoFailedError as error:
            print(red(f"\nThis did not happen: {error}"))
            print(faint(f"What the functions said is in {cloud.ministack.log}"))
            return 1
    print(green("\nAll of it happened."))
    return 0


@dataclass(slots=True)
class Demo:
    """The scenes, in their order: each builds on those before."""

    cloud: LocalCloud

    def receipt(self) -> None:
        """A customer writes while the shop is open."""
        self._scene("A customer writes while the shop is open", "open")
        self._write(self._ada, Writing(text="Hello! Could I order a birthday cake for Saturday?"))
        self._answer(self._ada, 0)
        self._hand_off(self._ada, lambda message: message["acknowledgement"]["state"] == "acknowledged")

    def duplicate(self) -> None:
        """The same delivery comes again."""
        print(bold("\n■ Meta delivers the same message again, which is normal"))
        before = self.cloud.human_queue()
        written = self._write(self._ada, Writing(text="Chocolate, please."), copies=2)
        self._expect(all(attempt.status == 200 for attempt in written.attempts), "a repeated delivery is answered 200")  # noqa: PLR2004
        wait_for(lambda: None, QUIET_S)
        self._expect(len(self._answers(self._ada)) == 1, "a duplicate is not answered twice")
        self._expect(self._waiting(self._ada) == 2, "a duplicate is stored once")  # noqa: PLR2004
        print(f"  nothing more was sent, {self._waiting(self._ada)} messages wait, "
              f"{len(self.cloud.human_queue()) - len(before)} new messages in the human queue")  # fmt: skip

    def forgery(self) -> None:
        """Somebody else delivers."""
        print(bold("\n■ Somebody who is not Meta delivers a message"))
        account = self.cloud.meta.account(MESSENGER)
        now = self.cloud.clock.now()
        event = event_for(account, self._ada, Writing(text="Send me the keys").with_id(MESSENGER), now)
        forged = self.cloud.meta.sign("forged", delivery_body(account, [event], now), secret=GUESS)
        attempt = self.cloud.meta.courier.deliver(forged, retry=False)
        print(
            f"  {len(forged.body)} bytes, signed with another secret {faint('→')} {attempt.status} in {attempt.ms} ms"
        )
        self._expect(attempt.status == 401, "a forged delivery is answered 401")  # noqa: PLR2004
        self._expect(self._waiting(self._ada) == 2, "a forged delivery stores nothing")  # noqa: PLR2004

    def redirect(self) -> None:
        """Another customer writes in the evening and taps a choice."""
        self._scene("Another writes on WhatsApp in the evening, and chooses", "evening")
        self._write(self._ben, Writing(text="My order HB-12345 has not arrived and I am not happy."))
        told = self._answer(self._ben, 0)
        self._expect(bool(told.buttons), "a redirect offers choices")
        self._hand_off(self._ben, lambda message: message["acknowledgement"]["kind"].startswith("redirect"))
        choice = told.buttons[0]
        self._write(self._ben, tapping(told, choice))
        self._answer(self._ben, 1)
        self._hand_off(self._ben, lambda message: message["follow_up"] is not None)

    def episode(self) -> None:
        """A person takes the conversation, answers and closes it; the next message starts a new episode."""
        self._scene("A person takes the first conversation and closes it", "open")
        team = Team(self.cloud.handles, self.cloud.clock)
        conversation = self._queue(self._ada)["conversation_id"]
        page = team.act("take", conversation, AGENT)
        print(f"  nightbell desk take {conversation}")
        for line in page["messages"]:
            print(f"    {faint('reads')} {line}")
        closed = team.act("close", conversation, AGENT)
        print(f"  nightbell desk close {conversation}   {faint(str(closed['still_waiting']) + ' still waiting')}")
        self._expect(closed["still_waiting"] == 0, "closing leaves nothing waiting")
        first = self._queue(self._ada)["episode"]
        self._write(self._ada, Writing(text="Thanks! One more thing: can you deliver it?"))
        self._answer(self._ada, 1)
        self._hand_off(self._ada, lambda message: message["episode"] > first)

    @property
    def _ada(self) -> Contact:
        account = self.cloud.meta.account(MESSENGER)
        return Contact(
            channel=MESSENGER, account_id=account.account_id, contact_id="5000000000000001", name="Ada Rossi"
        )

    @property
    def _ben(self) -> Contact:
        account = self.cloud.meta.account(WHATSAPP)
        number = "34600000002"
        return Contact(
            channel=WHATSAPP,
            account_id=account.account_id,
            contact_id=number,
            name="Ben Okoye",
            user_id=user_id_for(number),
        )

    def _scene(self, title: str, moment: str) -> None:
        account = next(iter(self.cloud.business.accounts.values()))
        known = moments(account.hours, self.cloud.clock.now(), account.brand.promise)
        self._expect(moment in known, f"the settings have a moment of kind {moment}")
        self.cloud.clock.set_to(known[moment])
        local = known[moment].astimezone(account.brand.zone)
        print(bold(f"\n■ {title}") + faint(f"   {local:%A %H:%M} in {account.brand.zone.key}"))

    def _write(self, contact: Contact, writing: Writing, copies: int = 1) -> Written:
        written = self.cloud.meta.write(contact, writing, copies=copies)
        sign = faint("→")
        answers = ", ".join(f"{attempt.status} in {attempt.ms} ms" for attempt in written.attempts)
        print(f"  {contact.name} on {contact.channel}: “{writing.text}”")
        print(f"  {len(written.delivery.body)} bytes delivered {sign} {answers}")
        return written

    def _answer(self, contact: Contact, place: int) -> Bubble:
        answers = wait_for(lambda: self._answers(contact)[place:], ANSWER_S)
        if not answers:
            told = self._queue(contact).get("acknowledgement", "nothing")
            raise DemoFailedError(f"{contact.name} got no answer within {ANSWER_S:.0f} s; the human queue says: {told}")
        answer = answers[0]
        print(f"  {contact.name} reads {green(f'after {answer.after_ms} ms')}: “{answer.text}”")
        if answer.buttons:
            print("    " + "  ".join(f"[ {button.title} ]" for button in answer.buttons))
        return answer

    def _answers(self, contact: Contact) -> list[Bubble]:
        return [bubble for bubble in self.cloud.meta.transcript(contact) if bubble.author == "business"]

    def _queue(self, contact: Contact) -> dict[str, Any]:
        ids = (contact.contact_id, contact.user_id)
        found = (message for message in latest(self.cloud.human_queue()) if message["contact"]["id"] in ids)
        return next(found, {})

    def _told(self, contact: Contact, tells: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        message = self._queue(contact)
        return message if message and tells(message) else None

    def _hand_off(self, contact: Contact, tells: Callable[[dict[str, Any]], bool]) -> None:
        message = wait_for(lambda: self._told(contact, tells), ANSWER_S)
        if not message:
            raise DemoFailedError(f"the human queue tells what became of {contact.name}")
        for line in _lines(message):
            print(f"  {faint('human queue')} {line}")

    def _waiting(self, contact: Contact) -> int:
        team = Team(self.cloud.handles, self.cloud.clock)
        return team.waiting(self._queue(contact)["conversation_id"])

    def _expect(self, happened: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not happened:
            raise DemoFailedError(what)


def _lines(message: dict[str, Any]) -> list[str]:
    """Say what the queue message holds; the text that the customer read stands above it."""
    told, chosen = message["acknowledgement"], message["follow_up"]
    lines = [
        f"{message['conversation_id']}, episode {message['episode']}, revision {message['revision']}",
        f"{message['kind']}, {message['waiting_count']} waiting, priority {message['priority']['score']} "
        + " ".join(message["priority"]["reasons"]),
        f"{told['kind']}: {told['state']}, promised by {told['promised_by']}",
    ]
    return [*lines, f"chose {chosen['choice']}"] if chosen else lines
