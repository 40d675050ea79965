"""``demo``: nine things that must happen, shown as they happen; fails unless all of them did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from infra.local.agent import Agent, DeskRefusedError
from infra.local.cloud import Ports, local_cloud
from infra.local.demo_stage import ANSWER_S, DemoFailedError, Stage
from infra.local.platforms.email.ses_api import CHANNEL as EMAIL
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, INSTAGRAM_DIRECT, MESSENGER, WHATSAPP, Contact
from infra.local.platforms.meta.writing import event_for, tapping
from infra.local.platforms.twilio.recordings import CHANNEL as VOICEMAIL
from infra.local.progress import Progress, bold, faint, green, red
from infra.local.waiting import wait_for
from nightbell.domain.references import find_codes

A_MOMENT = timedelta(seconds=10)
"""Nobody answers a private reply sooner."""
QUIET_S = 2.0
GUESS = "not-the-secret-of-the-app"


def demo(ports: Ports) -> int:
    """Show everything on a cloud of its own; 0 only if all of it happened."""
    with local_cloud(ports, Progress()) as cloud:
        show = Demo(Stage(cloud))
        try:
            for scene in show.scenes():
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

    stage: Stage

    def scenes(self) -> Iterator[Callable[[], None]]:
        """List them."""
        yield from (self.receipt, self.duplicate, self.forgery, self.redirect, self.mail, self.voicemail)
        yield from (self.comment, self.instagram, self.episode)

    def receipt(self) -> None:
        """A customer writes while the shop is open."""
        self.stage.scene("A customer writes while the shop is open", "open")
        self.stage.write(self._ada, Writing(text="Hello! Could I order a birthday cake for Saturday?"))
        self.stage.answer(self._ada, 0)
        self.stage.hand_off(self._ada, lambda message: message["acknowledgement"]["state"] == "acknowledged")

    def duplicate(self) -> None:
        """The same delivery comes again."""
        print(bold("\n■ Meta delivers the same message again, which is normal"))
        before = self.stage.cloud.human_queue()
        written = self.stage.write(self._ada, Writing(text="Chocolate, please."), copies=2)
        statuses = {attempt.status for attempt in written.attempts}
        self.stage.expect(statuses == {200}, "a repeated delivery is answered 200")
        wait_for(lambda: None, QUIET_S)
        self.stage.expect(len(self.stage.answers(self._ada)) == 1, "a duplicate is not answered twice")
        self.stage.expect(self.stage.waiting(self._ada) == 2, "a duplicate is stored once")  # noqa: PLR2004
        print(f"  nothing more was sent, {self.stage.waiting(self._ada)} messages wait, "
              f"{len(self.stage.cloud.human_queue()) - len(before)} new messages in the human queue")  # fmt: skip

    def forgery(self) -> None:
        """Somebody else delivers."""
        print(bold("\n■ Somebody who is not Meta delivers a message"))
        account = self.stage.cloud.meta.account(MESSENGER)
        now = self.stage.cloud.clock.now()
        event = event_for(account, self._ada, Writing(text="Send me the keys").with_id(MESSENGER), now)
        forged = self.stage.cloud.meta.sign("forged", delivery_body(account, [event], now), secret=GUESS)
        attempt = self.stage.cloud.meta.courier.deliver(forged, retry=False)
        print(
            f"  {len(forged.body)} bytes, signed with another secret {faint('→')} {attempt.status} in {attempt.ms} ms"
        )
        self.stage.expect(attempt.status == 401, "a forged delivery is answered 401")  # noqa: PLR2004
        self.stage.expect(self.stage.waiting(self._ada) == 2, "a forged delivery stores nothing")  # noqa: PLR2004

    def redirect(self) -> None:
        """Another customer writes in the evening and taps a choice."""
        self.stage.scene("Another writes on WhatsApp in the evening, and chooses", "evening")
        self.stage.write(self._ben, Writing(text="My order HB-12345 has not arrived and I am not happy."))
        told = self.stage.answer(self._ben, 0)
        self.stage.expect(bool(told.buttons), "a redirect offers choices")
        self.stage.hand_off(self._ben, lambda message: message["acknowledgement"]["kind"].startswith("redirect"))
        choice = told.buttons[0]
        self.stage.write(self._ben, tapping(told, choice))
        self.stage.answer(self._ben, 1)
        self.stage.hand_off(self._ben, lambda message: message["follow_up"] is not None)

    def mail(self) -> None:
        """The same customer writes a mail instead, with the code that we gave: one conversation."""
        print(bold("\n■ He would rather write a mail, and it comes back to the same conversation"))
        redirect = self.stage.answers(self._ben)[0]
        self.stage.write(self._ben, tapping(redirect, redirect.buttons[1]))
        code = self._code(self.stage.answer(self._ben, 2).text)
        before = self.stage.waiting(self._ben)
        self.stage.write_mail(self._ben.name, f"My order {code}", "The photo is attached. What now?")
        self.stage.hand_off(self._ben, lambda message: message["via"] == EMAIL)
        self.stage.expect(self.stage.waiting(self._ben) == before + 1, "the mail waits in the same conversation")

    def voicemail(self) -> None:
        """He calls as well, and types the code: one conversation still."""
        print(bold("\n■ Then he calls, types the code, and leaves a message"))
        before = self.stage.waiting(self._ben)
        code = self._code(self.stage.answers(self._ben)[2].text)
        self.stage.call(self._ben, code, "I would rather have it delivered tomorrow.")
        self.stage.hand_off(self._ben, lambda message: message["via"] == VOICEMAIL)
        self.stage.expect(self.stage.waiting(self._ben) == before + 1, "the call waits in the same conversation")

    def comment(self) -> None:
        """A customer asks below a post: a line for everybody, the rest in private, one conversation."""
        self.stage.scene("A customer asks below a post, where everybody can read it", "open")
        carla = self.stage.somebody(FACEBOOK_COMMENTS, "5000000000000003", "Carla Serra")
        written = self.stage.write(carla, Writing(text="Do you bake for weddings?"))
        self.stage.line(written.message_ids[0])
        private = self.stage.answer(carla.in_private, 0)
        self.stage.expect(private.about == written.message_ids[0], "the private message answers the comment")
        self.stage.hand_off(carla, lambda message: message["acknowledgement"]["state"] == "acknowledged")
        self.stage.cloud.clock.set_to(self.stage.cloud.clock.now() + A_MOMENT)
        self.stage.write(carla.in_private, Writing(text="It would be for sixty people."))
        self.stage.expect(bool(wait_for(lambda: self.stage.waiting(carla) == 2 or None, ANSWER_S)), "it is one story")  # noqa: PLR2004
        print("  what she writes in private joins the same conversation: 2 messages wait")

    def instagram(self) -> None:
        """A customer writes on Instagram, where a text has a thousand bytes at most."""
        self.stage.scene("Another writes on Instagram", "open")
        dora = self.stage.somebody(INSTAGRAM_DIRECT, "900000000000004", "Dora Vidal")
        self.stage.write(dora, Writing(kind="story_reply", text="Is that cake still there?"))
        answer = self.stage.answer(dora, 0)
        self.stage.expect(len(answer.text.encode()) <= 1000, "the answer fits Instagram's thousand bytes")  # noqa: PLR2004
        self.stage.hand_off(dora, lambda message: message["acknowledgement"]["state"] == "acknowledged")

    def episode(self) -> None:
        """A person takes the conversation and answers it; the next message starts a new episode."""
        self.stage.scene("A person signs in at the desk and answers the first", "open")
        marta, lena = (Agent.sign_in(self.stage.cloud, name) for name in ("marta", "lena"))
        self._list(marta)
        self._answer(marta, "Yes, gladly! Chocolate for Saturday: how many people is it for?", lena)
        first = self.stage.queue(self._ada)["episode"]
        self.stage.write(self._ada, Writing(text="For twelve. One more thing: can you deliver it?"))
        self.stage.answer(self._ada, 2)
        self.stage.hand_off(self._ada, lambda message: message["episode"] > first)
        self._answer(lena, "We can: Saturday between nine and ten. See you then!")

    def _list(self, agent: Agent) -> None:
        for row in agent.waiting():
            due = f", promised by {row['promised_by']}" if row["promised_by"] else ""
            name = row["contact"]["display_name"] or row["contact"]["id"]
            print(f"  {faint('the desk')} {row['priority']['score']:4}  {name} on {row['channel']}: {row['kind']}{due}")

    def _answer(self, agent: Agent, text: str, colleague: Agent | None = None) -> None:
        """Take Ada's conversation and answer it, whatever a colleague tries meanwhile; her phone shows it."""
        before = len(self.stage.answers(self._ada))
        row = wait_for(lambda: agent.find(self.stage.queue(self._ada)["conversation_id"]), ANSWER_S)
        if row is None:
            raise DemoFailedError("the desk lists the conversation")
        story = agent.take(row["key"])
        for entry in story["entries"]:
            if entry["type"] == "message" and entry["waits"]:
                print(f"  {agent.name} reads “{entry['text']}”")
        if colleague:
            print(f"  {colleague.name} tries to take it, too: {faint(self._refused(colleague, row['key']))}")
        agent.answer(story, text)
        print(f"  {agent.name} answers")
        said = self.stage.answer(self._ada, before)
        self.stage.expect(said.text == text, "the customer reads what the agent wrote")
        self.stage.expect(
            bool(wait_for(lambda: self.stage.waiting(self._ada) == 0, ANSWER_S)), "nothing waits any more"
        )
        clock = agent.story(row["key"])["clock"]
        print(f"  nothing waits any more; {faint('answered after')} {clock['first_wall_s']} s")

    def _refused(self, agent: Agent, key: str) -> str:
        try:
            agent.take(key)
        except DeskRefusedError as refused:
            self.stage.expect(refused.code == "held", "it is refused because somebody holds it")
            return str(refused)
        raise DemoFailedError("two agents cannot hold one conversation")

    def _code(self, text: str) -> str:
        codes = find_codes(text)
        self.stage.expect(len(codes) == 1, "the answer names a reference code")
        return codes[0]

    @property
    def _ada(self) -> Contact:
        return self.stage.somebody(MESSENGER, "5000000000000001", "Ada Rossi")

    @property
    def _ben(self) -> Contact:
        return self.stage.somebody(WHATSAPP, "34600000002", "Ben Okoye")
