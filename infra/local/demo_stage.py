"""What the scenes of the demo are played with: customers, what they write and read, and what the team is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.human_queue import latest
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import WHATSAPP, Bubble, Contact, user_id_for
from infra.local.platforms.meta.simulator import Written
from infra.local.platforms.meta.wall import Comment
from infra.local.platforms.vendor import Act
from infra.local.progress import bold, faint, green
from infra.local.shifted_clock import moments
from infra.local.team import Team
from infra.local.waiting import wait_for
from nightbell.domain.references import digits_of

ANSWER_S = 20.0


class DemoFailedError(Exception):
    """Something that must happen did not; the sentence says what."""


@dataclass(slots=True)
class Stage:
    """One local cloud, with words for everything that happens on it."""

    cloud: LocalCloud

    def somebody(self, channel: str, contact_id: str, name: str) -> Contact:
        """Make a customer."""
        return Contact(
            channel=channel,
            account_id=self.cloud.meta.account(channel).account_id,
            contact_id=contact_id,
            name=name,
            user_id=user_id_for(contact_id) if channel == WHATSAPP else "",
        )

    def scene(self, title: str, moment: str) -> None:
        """Say what comes, and make it the right time."""
        account = next(iter(self.cloud.business.accounts.values()))
        known = moments(account.hours, self.cloud.clock.now(), account.brand.promise)
        self.expect(moment in known, f"the settings have a moment of kind {moment}")
        self.cloud.clock.set_to(known[moment])
        local = known[moment].astimezone(account.brand.zone)
        print(bold(f"\n■ {title}") + faint(f"   {local:%A %H:%M} in {account.brand.zone.key}"))

    def write(self, contact: Contact, writing: Writing, copies: int = 1) -> Written:
        """Let a customer write."""
        written = self.cloud.meta.write(contact, writing, copies=copies)
        sign = faint("→")
        answers = ", ".join(f"{attempt.status} in {attempt.ms} ms" for attempt in written.attempts)
        print(f"  {contact.name} on {contact.channel}: “{writing.text}”")
        print(f"  {len(written.delivery.body)} bytes delivered {sign} {answers}")
        return written

    def write_mail(self, name: str, subject: str, text: str) -> None:
        """Let somebody write a mail to the shop."""
        office = self.cloud.vendors["email"]
        contact = office.contact({"channel": "email", "name": name})
        office.write(contact, Act(subject=subject, text=text))
        print(f"  {name} by mail to {contact.account_id}: “{subject}”, “{text}”")

    def call(self, contact: Contact, code: str, words: str) -> None:
        """Let a customer on WhatsApp call the shop, type a code and speak."""
        twilio = self.cloud.vendors["twilio"]
        caller = twilio.contact({"channel": "voicemail", "contact": f"+{contact.contact_id}", "name": contact.name})
        twilio.write(caller, Act(kind="call"))
        twilio.write(caller, Act(kind="keys", text=digits_of(code)))
        twilio.write(caller, Act(kind="hang_up", text=words))
        for heard in twilio.transcript(caller):
            does = "hears" if heard.author == "business" else "on the telephone"
            print(f"  {contact.name} {does}: “{heard.text}”")

    def answer(self, contact: Contact, place: int) -> Bubble:
        """Wait for an answer in private, and show it.

        Raises:
            DemoFailedError: There came none.
        """
        answers = wait_for(lambda: self.answers(contact)[place:], ANSWER_S)
        if not answers:
            told = self.queue(contact).get("acknowledgement", "nothing")
            raise DemoFailedError(f"{contact.name} got no answer within {ANSWER_S:.0f} s; the human queue says: {told}")
        answer = answers[0]
        print(f"  {contact.name} reads {green(f'after {answer.after_ms} ms')}: “{answer.text}”")
        if answer.buttons:
            print("    " + "  ".join(f"[ {button.title} ]" for button in answer.buttons))
        return answer

    def line(self, comment_id: str) -> Comment:
        """Wait for the line below a comment that everybody can read, and show it.

        Raises:
            DemoFailedError: There came none.
        """
        comments = self.cloud.meta.world.wall.comments
        below = wait_for(lambda: [c for c in list(comments.values()) if c.answers == comment_id], ANSWER_S)
        if not below:
            raise DemoFailedError(f"nothing was said in public within {ANSWER_S:.0f} s")
        print(f"  everybody reads {green(f'after {below[0].after_ms} ms')}: “{below[0].text}”")
        return below[0]

    def answers(self, contact: Contact) -> list[Bubble]:
        """List what a customer got in private."""
        return [bubble for bubble in self.cloud.meta.transcript(contact) if bubble.author == "business"]

    def queue(self, contact: Contact) -> dict[str, Any]:
        """Find the human queue's latest word on a customer; in public the post stands before their id."""
        ids = (contact.contact_id, contact.user_id)
        here = [one for one in latest(self.cloud.human_queue()) if one["channel"] == contact.channel]
        return next((one for one in here if one["contact"]["id"].rpartition("/")[2] in ids), {})

    def told(self, contact: Contact, tells: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """Find that word if it tells something."""
        message = self.queue(contact)
        return message if message and tells(message) else None

    def hand_off(self, contact: Contact, tells: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until the human queue tells something, and show it.

        Raises:
            DemoFailedError: It never does.
        """
        message = wait_for(lambda: self.told(contact, tells), ANSWER_S)
        if not message:
            raise DemoFailedError(f"the human queue tells what became of {contact.name}")
        for line in _lines(message):
            print(f"  {faint('human queue')} {line}")

    def waiting(self, contact: Contact) -> int:
        """Count the messages that wait for a person."""
        team = Team(self.cloud.handles, self.cloud.clock)
        return team.waiting(self.queue(contact)["conversation_id"])

    def expect(self, happened: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
        """Go on only if it happened.

        Raises:
            DemoFailedError: It did not.
        """
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
    if said := message["public_line"]:
        lines.append(f"in public: {said['state']}")
    return [*lines, f"chose {chosen['choice']}"] if chosen else lines
