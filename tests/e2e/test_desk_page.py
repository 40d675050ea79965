"""The desk's page in a real browser, against the deployed API: what agents do, and what must not happen to them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route, expect

from infra.local.platforms import vendor
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, MESSENGER, Contact
from infra.local.platforms.vendors import vendor_of
from infra.local.waiting import wait_for
from nightbell.domain.desk_key import desk_key
from nightbell.domain.keys import conversation_pk
from nightbell.domain.texts import Unit, measure
from tests.desk_door import DeskDoor
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(180)

ANSWER_MS = 20_000
AGENT, LEAD = "marta", "lena"
DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 375, "height": 800}
REFUSED = r"Failed to load resource: the server responded with a status of (401|409|412|422) "
CUT_OFF = r"Failed to load resource: net::ERR_INTERNET_DISCONNECTED"


@dataclass(slots=True)
class Desk:
    """A browser at the desk, and what it complained of."""

    page: Page
    url: str
    passwords: dict[str, str]
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.url}{path}")
        self.page.locator("body[data-ready=yes]").wait_for()

    def sign_in(self, name: str = AGENT, path: str = "") -> None:
        self.open(path)
        self.type_in(name)
        expect(self.page.locator("#list-title")).to_be_visible()

    def type_in(self, name: str, password: str = "") -> None:
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(password or self.passwords[name])
        self.page.keyboard.press("Enter")

    def row(self, key: str) -> Locator:
        return self.page.locator(f"[data-row='{key}']")

    def show(self, key: str) -> None:
        self.row(key).click(timeout=ANSWER_MS)
        expect(self.page.locator(".entry").first).to_be_visible()

    def act(self, name: str) -> None:
        self.page.get_by_role("group", name="What to do").get_by_role("button", name=name, exact=True).click()

    def take(self, key: str) -> None:
        self.show(key)
        self.act("Take")
        expect(self.page.locator(".holding")).to_contain_text("Yours until")

    @property
    def box(self) -> Locator:
        return self.page.locator(".compose textarea")

    @property
    def trouble(self) -> Locator:
        return self.page.locator("#trouble")


Sit = Callable[..., Desk]


@pytest.fixture
def sit(browser: Browser, shop: Shop) -> Iterator[Sit]:
    """Seat somebody at the desk; any complaint of their browser that was not expected fails the test."""
    door = DeskDoor(shop.cloud.handles)
    seated: list[tuple[BrowserContext, Desk]] = []

    def seat(**options: object) -> Desk:
        context = browser.new_context(**{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
        desk = Desk(context.new_page(), door.url, dict(shop.cloud.passwords))
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        desk.page.on("console", lambda message: desk.heard(message))  # noqa: PLW0108 - playwright marks what it calls
        seated.append((context, desk))
        return desk

    yield seat
    for context, desk in seated:
        # The page asks again and again: what a test puts in between may be at it when the page goes.
        desk.page.unroute_all(behavior="ignoreErrors")
        context.close()
    door.stop()
    for _, desk in seated:
        assert [each for each in desk.complaints if not any(re.match(one, each) for one in desk.expected)] == []


@pytest.fixture
def desk(sit: Sit) -> Desk:
    return sit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who waits."""

    contact: Contact
    key: str


@pytest.fixture
def wait(shop: Shop) -> Callable[..., Waiting]:
    def write(text: str = "Is my cake ready?", channel: str = MESSENGER) -> Waiting:
        contact = shop.somebody(channel)
        shop.write(contact, text)
        shop.told(contact, "acknowledged")
        return Waiting(contact=contact, key=desk_key(shop.conversation(contact)))

    return write


def _answered(shop: Shop, contact: Contact, text: str) -> bool:
    return any(text in said.text for said in shop.answers(contact))


def _note(desk: Desk, text: str) -> None:
    desk.act("Note")
    desk.page.get_by_label(re.compile("^Note for the team")).fill(text)
    desk.page.get_by_role("button", name="Save the note").click()
    expect(desk.page.locator(".entry.act").last).to_contain_text(text)


def test_an_agent_signs_in_takes_answers_and_finishes(desk: Desk, shop: Shop, wait: Callable[..., Waiting]) -> None:
    ada = wait()
    desk.sign_in()
    desk.take(ada.key)
    expect(desk.page.locator(".entry.ours").first).to_contain_text("Sent")
    desk.box.fill("Yes, it is on the counter since nine.")
    expect(desk.page.locator(".compose .hint").first).to_contain_text("characters left")
    desk.page.get_by_role("button", name="Send and finish").click()
    said = desk.page.locator(".entry.ours").filter(has_text="on the counter since nine")
    expect(said).to_contain_text(re.compile(r"Sent|confirmed"), timeout=ANSWER_MS)
    expect(said).to_contain_text(AGENT)
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.", timeout=ANSWER_MS)
    expect(desk.row(ada.key)).to_have_count(0, timeout=ANSWER_MS)
    assert _answered(shop, ada.contact, "on the counter since nine")


def test_a_conversation_is_finished_promised_snoozed_noted_and_let_go(
    desk: Desk, shop: Shop, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    desk.sign_in()
    desk.take(ada.key)
    _note(desk, "knows Lena")
    desk.act("Promise")
    desk.page.get_by_role("button", name="In 120 min").click()
    desk.page.get_by_role("button", name="Send the promise").click()
    promised = desk.page.locator(".entry.ours").filter(has_text=AGENT)
    expect(promised).to_contain_text("promised by", timeout=ANSWER_MS)
    expect(promised).to_contain_text(re.compile(r"Sent|confirmed"), timeout=ANSWER_MS)
    desk.act("Snooze")
    desk.page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(desk.page.locator("dialog")).to_have_count(0)
    expect(desk.row(ada.key)).to_have_count(0, timeout=ANSWER_MS)
    desk.page.get_by_label(re.compile("^Show snoozed")).check()
    expect(desk.row(ada.key)).to_contain_text("Snoozed until", timeout=ANSWER_MS)
    desk.act("Take")
    desk.act("Finish")
    desk.page.get_by_label("Resolved elsewhere").check()
    desk.page.get_by_label("If elsewhere: by").select_option("in person")
    desk.page.get_by_role("dialog").get_by_role("button", name="Finish").click()
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.")
    expect(desk.page.locator(".entry.act").last).to_contain_text("Resolved elsewhere, in person")
    assert not _answered(shop, ada.contact, "knows Lena")


def test_a_second_agent_reads_along_and_is_refused_and_gets_it_by_hand_over(
    sit: Sit, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    lena, marta = sit(), sit()
    lena.expected = [REFUSED]
    lena.sign_in(LEAD)
    lena.show(ada.key)
    marta.sign_in()
    marta.take(ada.key)
    lena.act("Take")
    expect(lena.trouble).to_contain_text("marta holds this conversation until")
    expect(lena.page.locator(".holding")).to_contain_text("marta holds it until")
    expect(lena.box).to_have_count(0)
    marta.act("Hand over")
    marta.page.get_by_label("To whom").select_option(LEAD)
    marta.page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    expect(marta.page.locator(".holding")).to_contain_text("lena holds it until")
    expect(lena.box).to_be_visible(timeout=ANSWER_MS)


def test_what_comes_meanwhile_is_read_before_anything_is_sent_and_the_draft_stays(
    desk: Desk, shop: Shop, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    desk.expected = [REFUSED]
    desk.sign_in()
    desk.take(ada.key)
    desk.box.fill("It is ready.")
    # Nothing of what changes reaches the page by itself.
    desk.page.route("**/desk/api/waiting*", lambda route: route.fulfill(status=304))
    shop.write(ada.contact, "And the candles?")
    shop.told(ada.contact, "acknowledged")
    pk = shop.conversation(ada.contact)
    assert len(shop.items(pk, "M#")) == 2
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.trouble).to_contain_text("The conversation has moved on")
    expect(desk.page.locator(".entry.theirs").last).to_contain_text("And the candles?")
    expect(desk.box).to_have_value("It is ready.")
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.", timeout=ANSWER_MS)
    assert _answered(shop, ada.contact, "It is ready.")


def test_one_click_answers_in_private_and_in_public(desk: Desk, shop: Shop) -> None:
    somebody = shop.somebody(FACEBOOK_COMMENTS)
    comment = shop.write(somebody, "How much is an ensaimada?").message_ids[0]
    shop.answer(somebody.in_private)
    shop.told(somebody, "acknowledged")
    shop.later(seconds=10)
    shop.write(somebody.in_private, "And for a dozen?")
    assert wait_for(lambda: len(shop.messages(somebody)) == 2 or None, SOON_S)
    desk.sign_in()
    desk.take(desk_key(shop.conversation(somebody)))
    desk.page.get_by_role("group", name="Answer where").get_by_label("in public on Facebook").check()
    desk.page.get_by_label("Answer: in private on Messenger").fill("A dozen is 18 euros for you.")
    desk.page.get_by_label("Answer: in public on Facebook").fill("We have just written to you.")
    expect(desk.page.get_by_text("everybody reads this")).to_be_visible()
    desk.page.get_by_role("button", name="Send and finish").click()
    assert wait_for(lambda: _answered(shop, somebody.in_private, "A dozen is 18 euros") or None, SOON_S)
    line = wait_for(lambda: [each.text for each in shop.lines(comment)][1:], SOON_S)
    assert line == ["We have just written to you."]


def test_whoever_writes_keeps_the_conversation(desk: Desk, shop: Shop, wait: Callable[..., Waiting]) -> None:
    ada = wait()
    desk.sign_in()
    desk.take(ada.key)
    before = desk.page.locator(".holding").inner_text()
    shop.later(minutes=10)
    _note(desk, "ten minutes later")
    desk.box.press_sequentially("It is")
    expect(desk.page.locator(".holding")).not_to_contain_text(before.split(",")[0], timeout=ANSWER_MS)
    expect(desk.page.locator(".holding")).to_contain_text("Yours until")
    expect(desk.box).to_have_value("It is")


def test_a_hold_that_lapsed_sends_nothing_and_the_draft_stays(
    desk: Desk, shop: Shop, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    desk.expected = [REFUSED]
    desk.sign_in()
    desk.take(ada.key)
    desk.box.fill("Too late, perhaps.")
    shop.later(minutes=31)
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.trouble).to_contain_text("You do not hold this conversation any more")
    expect(desk.page.get_by_role("button", name="Send and finish")).to_be_disabled()
    expect(desk.box).to_have_value("Too late, perhaps.")
    desk.act("Take")
    expect(desk.page.get_by_role("button", name="Send and finish")).to_be_enabled()
    assert not _answered(shop, ada.contact, "Too late")


def test_a_session_that_is_over_asks_to_sign_in_again_and_keeps_the_draft(
    desk: Desk, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    desk.expected = [REFUSED]
    desk.sign_in()
    desk.take(ada.key)
    desk.box.fill("It will be ready at")

    def without_token(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer over"})

    desk.page.route("**/desk/api/**", without_token)
    desk.page.context.clear_cookies()
    expect(desk.page.get_by_text("Your session is over")).to_be_visible(timeout=ANSWER_MS)
    expect(desk.page.get_by_label("User name")).to_be_focused()
    expect(desk.page.locator(".entry")).to_have_count(0)
    desk.page.unroute("**/desk/api/**")
    desk.type_in(AGENT)
    expect(desk.box).to_have_value("It will be ready at")


def test_a_reload_needs_no_password_and_a_hand_offs_link_leads_to_its_conversation(
    desk: Desk, shop: Shop, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    desk.sign_in()
    link = shop.conversation(ada.contact).replace("#", "%23").replace("/", "%2F")
    desk.open(f"/{link}")
    expect(desk.page.locator(".entry.theirs")).to_contain_text("Is my cake ready?")
    desk.page.get_by_role("button", name=re.compile("^Sign out")).click()
    expect(desk.page.get_by_label("User name")).to_be_focused()
    desk.open()
    expect(desk.page.get_by_label("User name")).to_be_visible()


def test_offline_is_said_and_nothing_is_lost(desk: Desk, shop: Shop, wait: Callable[..., Waiting]) -> None:
    ada = wait()
    desk.expected = [CUT_OFF]
    desk.sign_in()
    desk.take(ada.key)
    desk.box.fill("Sent once, however often it is clicked.")
    desk.page.context.set_offline(True)
    expect(desk.page.locator("header")).to_contain_text("Offline")
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.trouble).to_contain_text("The desk could not be reached")
    expect(desk.box).to_have_value("Sent once, however often it is clicked.")
    desk.page.context.set_offline(False)
    expect(desk.page.locator("header")).not_to_contain_text("Offline", timeout=ANSWER_MS)
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.", timeout=ANSWER_MS)
    assert sum("Sent once" in said.text for said in shop.answers(ada.contact)) == 1


def test_an_answer_whose_fate_is_unknown_is_sent_again_and_leaves_once(
    desk: Desk, shop: Shop, wait: Callable[..., Waiting]
) -> None:
    ada = wait()
    desk.expected = [r"Failed to load resource: net::ERR_FAILED", REFUSED]
    desk.sign_in()
    desk.take(ada.key)
    desk.box.fill("Only once, please.")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.page.route("**/answer", lose_the_answer, times=1)
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.trouble).to_contain_text("The desk could not be reached")
    button = desk.page.get_by_role("button", name="Send and finish")
    if button.is_enabled():
        button.click()
    expect(desk.page.locator(".entry.ours").filter(has_text="Only once")).to_have_count(1, timeout=ANSWER_MS)
    shop.quiet()
    assert sum("Only once" in said.text for said in shop.answers(ada.contact)) == 1


HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>\u202egnp.exe\u202c \u2066\u200b\u200b\u200b "
    "javascript:alert(3) https://evil.example/ " + "Z" + "\u0335\u0321\u0322\u0327\u0316\u0317" * 30 + "algo"
)


def test_a_strangers_words_stay_words(desk: Desk, wait: Callable[..., Waiting]) -> None:
    eve = wait(HOSTILE)
    asked: list[str] = []
    desk.sign_in()
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.show(eve.key)
    said = desk.page.locator(".entry.theirs .words").first
    expect(said).to_contain_text("<img src=x onerror=alert(1)><script>alert(2)</script>")
    expect(said.locator(".mark")).to_have_text(["U+202E", "U+202C", "U+2066", "U+200B\N{MULTIPLICATION SIGN}3"])
    assert said.locator("a, img, script").count() == 0
    assert "evil.example" not in "".join(asked)
    towers = said.inner_text().rpartition("Z")[2]
    assert len(towers) < 20
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_ten_thousand_characters_do_not_push_the_rest_away(desk: Desk, wait: Callable[..., Waiting]) -> None:
    long = wait("a" * 9_990 + " the end")
    desk.sign_in()
    desk.show(long.key)
    said = desk.page.locator(".entry.theirs .words").first
    expect(said).not_to_contain_text("the end")
    desk.page.get_by_role("button", name="Show all 9998 characters").click()
    expect(said).to_contain_text("the end")
    for width in (320, 768, 1200):
        desk.page.set_viewport_size({"width": width, "height": 800})
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_complaint_is_answered_as_one_or_with_a_reason(desk: Desk, shop: Shop, wait: Callable[..., Waiting]) -> None:
    angry = wait("This is a complaint: the cake was terrible, I want my money back!")
    desk.expected = [REFUSED]
    desk.sign_in()
    desk.take(angry.key)
    desk.box.fill("ok")
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.page.get_by_role("alert").filter(has_text="Before it leaves")).to_contain_text("complaint")
    expect(desk.page.get_by_label(re.compile("^Why send it"))).to_be_focused()
    expect(desk.page.get_by_role("button", name="Send anyway")).to_be_disabled()
    desk.page.keyboard.type("We have just spoken on the telephone")
    desk.page.get_by_role("button", name="Send anyway").click()
    expect(desk.page.locator(".entry.ours").filter(has_text="ok").last).to_be_visible(timeout=ANSWER_MS)
    expect(desk.page.locator(".entry.act").filter(has_text="against a check")).to_contain_text("on the telephone")
    assert _answered(shop, angry.contact, "ok")


def test_everything_is_done_by_keyboard_alone(desk: Desk, shop: Shop, wait: Callable[..., Waiting]) -> None:
    ada = wait()
    page = desk.page
    desk.open()
    page.get_by_label("User name").focus()
    page.keyboard.type(AGENT)
    page.keyboard.press("Tab")
    page.keyboard.type(desk.passwords[AGENT])
    page.keyboard.press("Enter")
    expect(page.locator("#list-title")).to_be_focused(timeout=ANSWER_MS)
    expect(desk.row(ada.key)).to_be_visible(timeout=ANSWER_MS)
    while page.evaluate("document.activeElement.dataset.row") != ada.key:
        before = page.evaluate("document.activeElement.dataset.row")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.dataset.row") != before
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_focused()
    expect(page.locator(".entry").first).to_be_visible()
    page.keyboard.press("t")
    expect(desk.box).to_be_visible()
    page.keyboard.press("r")
    expect(desk.box).to_be_focused()
    page.keyboard.type("t is a letter here, and no shortcut.")
    page.keyboard.press("Escape")
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.press("f")
    expect(page.get_by_role("dialog", name="Finish")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry.ours").filter(has_text="no shortcut")).to_be_visible(timeout=ANSWER_MS)
    page.keyboard.press("Escape")
    expect(page.locator("#conversation.none")).to_be_visible()
    assert _answered(shop, ada.contact, "no shortcut")


def test_focus_stays_on_a_row_while_the_list_changes(desk: Desk, wait: Callable[..., Waiting]) -> None:
    ada = wait()
    desk.sign_in()
    desk.row(ada.key).focus()
    ben = wait("This is a complaint! I want my money back.")
    expect(desk.row(ben.key)).to_be_visible(timeout=ANSWER_MS)
    expect(desk.row(ada.key)).to_be_focused()
    expect(desk.page.locator("#said")).to_contain_text("needs you")
    assert re.match(r"\(\d+\) ", desk.page.title())


def test_single_keys_can_be_switched_off(desk: Desk, wait: Callable[..., Waiting]) -> None:
    ada = wait()
    desk.sign_in()
    desk.show(ada.key)
    desk.page.keyboard.press("?")
    desk.page.get_by_label(re.compile("^Single keys")).uncheck()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("dialog")).to_have_count(0)
    desk.page.keyboard.press("n")
    expect(desk.page.locator("dialog")).to_have_count(0)
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#conversation.none")).to_be_visible()


def test_sound_is_off_until_somebody_switches_it_on(desk: Desk, wait: Callable[..., Waiting]) -> None:
    desk.page.add_init_script("""
      window.tones = 0;
      const make = AudioContext.prototype.createOscillator;
      AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
    """)
    desk.sign_in()
    expect(desk.row(wait().key)).to_be_visible(timeout=ANSWER_MS)
    assert desk.page.evaluate("tones") == 0
    desk.page.get_by_role("button", name="Sound").click()
    expect(desk.page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "true")
    tried = desk.page.evaluate("tones")
    assert tried > 0
    expect(desk.row(wait().key)).to_be_visible(timeout=ANSWER_MS)
    assert desk.page.evaluate("tones") > tried


def test_a_desk_that_does_not_answer_is_asked_ever_more_seldom(desk: Desk) -> None:
    desk.expected = [r"Failed to load resource: the server responded with a status of 503 "]
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, body="{}")

    desk.page.clock.install()
    desk.sign_in()
    expect(desk.page.locator(".rows, .empty").first).to_be_attached()
    desk.page.route("**/desk/api/waiting*", refuse)
    for _ in range(36):
        desk.page.clock.run_for(5_000)
        desk.page.wait_for_timeout(60)
    # After 5, 10, 20, 40 and then every 60 seconds.
    assert 3 <= len(asked) <= 6
    expect(desk.page.locator("#list .problem")).to_contain_text("The desk does not answer")
    desk.page.unroute("**/desk/api/waiting*")
    desk.page.get_by_role("button", name="Try again").click()
    expect(desk.page.locator("#list .problem")).to_have_count(0)


TYPE = """async () => {
  const box = document.querySelector(".compose textarea");
  const from = performance.now();
  for (let i = 0; i < 20; i += 1) {
    box.value += "x";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return performance.now() - from;
}"""


def test_whoever_types_does_not_feel_five_hundred_rows(desk: Desk, wait: Callable[..., Waiting]) -> None:
    ada = wait()

    def many(route: Route) -> None:
        answer = route.fetch()
        if answer.status != 200:
            route.fulfill(response=answer)
            return
        told = answer.json()
        row = next(each for each in told["rows"] if each["key"] == ada.key)
        others = [{**row, "key": f"{ada.key}{number}"} for number in range(499)]
        route.fulfill(json={**told, "rows": [row, *others]})

    desk.page.route("**/desk/api/waiting*", many)
    desk.sign_in()
    expect(desk.page.locator(".row")).to_have_count(500, timeout=ANSWER_MS)
    desk.take(ada.key)
    desk.box.focus()
    assert desk.page.evaluate(TYPE) < 3_000
    expect(desk.box).to_have_value("x" * 20)


def test_the_page_speaks_the_language_that_is_chosen(desk: Desk) -> None:
    desk.sign_in()
    desk.page.get_by_label("Language").select_option("Deutsch")
    expect(desk.page.locator("html")).to_have_attribute("lang", "de")
    expect(desk.page.get_by_role("button", name="Tasten")).to_be_visible()
    desk.open()
    expect(desk.page.get_by_role("button", name="Tasten")).to_be_visible()


MEASURE = """async ([texts, unit]) => {
  const { lengthOf } = await import("/desk/files/measure.js");
  return texts.map((text) => lengthOf(text, unit));
}"""


def test_a_text_is_as_long_on_the_page_as_for_the_platform(desk: Desk) -> None:
    desk.open()
    texts = [
        "",
        "plain",
        "ñandú €",
        "€" * 81,
        "a" * 161,
        "日本語" * 30,
        "👍🏽 ok 👨‍👩‍👧",
        "see https://example.org/a?b=c now",
    ]
    for unit in Unit:
        assert desk.page.evaluate(MEASURE, [texts, unit.value]) == [measure(text, unit) for text in texts], unit


def _look(page: Page, where: str) -> None:
    """Nothing that axe knows is wrong, whatever the rule's weight."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"


def _send(desk: Desk, text: str) -> None:
    desk.box.fill(text)
    desk.page.get_by_role("button", name="Send and finish").click()


SMALL = """() => [...document.querySelectorAll("button, select, input, textarea, summary, a.row, dd a, .attachment a")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one, one.matches("[type=checkbox], [type=radio]") ? one.closest("label") : one])
  .map(([one, target]) => [one, target.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_used_by_everybody(
    scheme: str, viewport: dict[str, int], sit: Sit, wait: Callable[..., Waiting]
) -> None:
    eve = wait(f"This is a complaint! {HOSTILE}")
    desk = sit(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    desk.expected = [REFUSED, CUT_OFF, r"Failed to load resource: the server responded with a status of (404|503) "]
    page = desk.page
    states: list[tuple[str, Callable[[], object], str]] = [
        ("sign in", desk.open, "main.door"),
        ("wrong password", lambda: desk.type_in(AGENT, "not this one, surely"), ".problem:not(:empty)"),
        ("list", lambda: desk.type_in(AGENT), f"[data-row='{eve.key}']"),
        ("conversation", lambda: desk.row(eve.key).click(), ".entry"),
        ("taken", lambda: desk.act("Take"), ".compose textarea"),
        ("known", lambda: page.locator("summary").click(), "details[open]"),
        ("draft too long", lambda: desk.box.fill("x" * 5000), ".hint.late"),
        ("objections", lambda: _send(desk, "ok"), ".objections"),
    ]
    names = {"Promise": "promise", "Note": "note", "Hand over": "hand_over", "Snooze": "snooze", "Finish": "finish"}
    for where, go, seen in states:
        go()
        page.locator(seen).first.wait_for(timeout=ANSWER_MS)
        _look(page, where)
        assert page.evaluate(SMALL) == [], where
    for name in [*names, "Keys"]:
        page.get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").locator("button, select").first.wait_for()
        _look(page, name)
        assert page.evaluate(SMALL) == [], name
        page.keyboard.press("Escape")
    desk.act("Let go")
    expect(page.locator(".holding")).to_contain_text("Nobody holds it.")
    page.context.set_offline(True)
    page.get_by_text("Offline").first.wait_for()
    _look(page, "offline")
    page.context.set_offline(False)
    page.route("**/desk/api/waiting*", lambda route: route.fulfill(status=503, body="{}"))
    page.locator("#list .problem").wait_for(state="attached", timeout=ANSWER_MS)
    _look(page, "no answer")
    page.unroute("**/desk/api/waiting*")
    empty = {"now": "2026-11-23T09:00:00Z", "rows": [], "more": [], "snoozed": 0}
    page.route("**/desk/api/waiting*", lambda route: route.fulfill(json=empty))
    page.locator("#list .empty").wait_for(state="attached", timeout=ANSWER_MS)
    _look(page, "nobody waits")
    page.goto(f"{desk.url}/bm9ib2R5")
    page.locator("#conversation .problem").first.wait_for(timeout=ANSWER_MS)
    _look(page, "unknown conversation")


class AtTheMill:
    """Somebody who writes to the brand that asks how it was: on LINE, as the local cloud has it."""

    def __init__(self, shop: Shop, contact_id: str) -> None:
        self.line = vendor_of(shop.cloud.vendors, "line")
        self.contact = self.line.contact({"channel": "line", "contact": contact_id, "name": "Grace Hall"})
        self.key = desk_key(conversation_pk("line", self.contact.account_id, contact_id))

    def write(self, text: str) -> None:
        self.line.write(self.contact, vendor.Act(text=text))

    def question(self) -> vendor.Bubble | None:
        return next((said for said in self.line.transcript(self.contact) if len(said.buttons) == len(range(11))), None)


def test_whoever_was_answered_is_asked_how_it_was_and_the_desk_shows_the_number(desk: Desk, shop: Shop) -> None:
    grace = AtTheMill(shop, f"U{7:032x}")
    grace.write("Is my flour ready?")
    desk.sign_in()
    desk.take(grace.key)
    desk.box.fill("Yes, it is ground and waits for you.")
    desk.page.get_by_role("button", name="Send and finish").click()
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.", timeout=ANSWER_MS)
    shop.sweep()
    asked = wait_for(grace.question, SOON_S)
    assert asked is not None, grace.line.transcript(grace.contact)
    assert [button.title for button in asked.buttons] == [str(points) for points in range(11)]
    nine = asked.buttons[9]
    grace.line.write(grace.contact, vendor.Act(kind="tap", text=nine.title, payload=nine.payload))
    desk.page.get_by_text("What is known").click()
    expect(desk.page.locator("details dl")).to_contain_text("9 of 10", timeout=ANSWER_MS)
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.", timeout=ANSWER_MS)
    expect(desk.row(grace.key)).to_have_count(0, timeout=ANSWER_MS)


def test_the_list_shows_one_brand_alone_where_there_are_several(
    desk: Desk, shop: Shop, wait: Callable[..., Waiting]
) -> None:
    harbour, mill = wait(), AtTheMill(shop, f"U{8:032x}")
    mill.write("Is my flour ready?")
    desk.sign_in()
    expect(desk.row(mill.key)).to_contain_text("Old Mill", timeout=ANSWER_MS)
    expect(desk.row(harbour.key)).to_contain_text("Harbour Bakery")
    brand = desk.page.get_by_label("Brand")
    brand.select_option(label="Old Mill")
    expect(desk.row(harbour.key)).to_have_count(0, timeout=ANSWER_MS)
    expect(desk.row(mill.key)).to_be_visible()
    brand.select_option(label="Harbour Bakery")
    expect(desk.row(mill.key)).to_have_count(0, timeout=ANSWER_MS)
    expect(desk.row(harbour.key)).to_be_visible()
    brand.select_option(label="All brands")
    expect(desk.row(mill.key)).to_be_visible(timeout=ANSWER_MS)
