"""The phone page in a real browser, by keyboard and by tapping."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from infra.local.page_server import PageServer
from infra.local.platforms.vendors import VENDORS
from nightbell.platforms.registry import CHANNELS, PLATFORM_OF
from tests.e2e.conftest import Shop

pytestmark = pytest.mark.timeout(120)

ANSWER_MS = 20_000
PLAYED = [
    name
    for name, platform in PLATFORM_OF.items()
    if platform in VENDORS and CHANNELS[name].speaks and CHANNELS[name].automatic
]
"""Channels of other platforms than Meta that answer by themselves; each has a tab."""
LEAST_CONTRAST = 4.5


@pytest.fixture
def server(shop: Shop) -> Iterator[PageServer]:
    server = PageServer(shop.cloud)
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser, server: PageServer) -> Iterator[Page]:
    """The page of a customer whom nobody has seen before; any complaint of the browser fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(_complaint(message)))
    page.goto(server.url)
    page.locator("body[data-ready=yes]").wait_for()
    page.get_by_role("button", name="Somebody new").click()
    yield page
    context.close()
    assert [complaint for complaint in complaints if complaint] == []


def _complaint(message: ConsoleMessage) -> str:
    refused_in_words = "status of 400" in message.text
    return message.text if message.type in ("error", "warning") and not refused_in_words else ""


def _name(page: Page) -> str:
    return page.locator("#contact option:checked").inner_text()


def _card(page: Page) -> Locator:
    """Find the conversation of the page's own customer in the human queue."""
    return page.locator(".card").filter(has_text=_name(page))


def _write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


@pytest.fixture
def by_day(shop: Shop) -> Iterator[None]:
    """Whatever time the page makes it, the next test begins by day."""
    before = shop.cloud.clock.now()
    yield
    shop.cloud.clock.set_to(before)


@pytest.mark.usefixtures("by_day")
@pytest.mark.parametrize("channel", ["Messenger", "WhatsApp"])
def test_a_customer_writes_in_the_evening_and_taps_a_choice(channel: str, page: Page) -> None:
    page.get_by_role("tab", name=channel, exact=True).click()
    page.get_by_role("button", name="An evening").click()
    _write(page, "Hello, is my order HB-12345 ready?")
    expect(page.locator(".bubble.business")).to_contain_text("automatic", timeout=ANSWER_MS)
    expect(page.locator(".bubble.business small")).to_have_text(re.compile(r"after \d+(\.\d\d)? s"))
    page.get_by_role("group", name="Answers to tap").get_by_role("button").first.click()
    expect(page.locator(".bubble.business")).to_have_count(2, timeout=ANSWER_MS)
    expect(_card(page)).to_contain_text("Chose", timeout=ANSWER_MS)
    expect(_card(page)).to_contain_text(f"on {channel}")


@pytest.mark.usefixtures("by_day")
@pytest.mark.parametrize("channel", PLAYED)
def test_every_simulated_place_is_written_at_and_answers(channel: str, page: Page) -> None:
    page.get_by_role("button", name="While we are open").click()
    page.locator(f"#tab-{channel}").click()
    _write(page, "Hello, is my order HB-12345 ready?")
    said = page.locator(".bubble.business, .comment.business")
    expect(said.first).to_be_visible(timeout=ANSWER_MS)
    expect(_card(page).first).to_contain_text("acknowledged", timeout=ANSWER_MS)


@pytest.mark.usefixtures("by_day")
def test_phone_and_desk_work_side_by_side(page: Page, shop: Shop) -> None:
    page.get_by_role("button", name="While we are open").click()
    _write(page, "<img src=x onerror=alert(1)> & a question")
    card = _card(page)
    expect(card).to_contain_text("acknowledged", timeout=ANSWER_MS)
    expect(page.locator("#sign-in")).to_contain_text(shop.cloud.passwords["marta"])
    with page.expect_event("framenavigated"):
        card.get_by_role("button", name=re.compile("^Open at the desk")).click()
    desk = page.frame_locator("#desk")
    desk.locator("input[name=username]").fill("marta")
    desk.locator("input[name=password]").fill(shop.cloud.passwords["marta"])
    desk.locator("input[name=password]").press("Enter")
    expect(desk.get_by_text("<img src=x onerror=alert(1)> & a question")).to_be_visible(timeout=ANSWER_MS)
    desk.get_by_role("button", name="Take").first.click()
    desk.get_by_role("textbox", name=re.compile("answer", re.IGNORECASE)).fill("A person says yes.")
    desk.get_by_role("button", name="Send and finish").click()
    expect(page.locator(".bubble.business").last).to_contain_text("A person says yes.", timeout=ANSWER_MS)
    expect(card).to_contain_text("answered", timeout=ANSWER_MS)
    assert page.locator("img").count() == 0, "what a customer writes is never HTML"


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    page.reload()
    page.locator("body[data-ready=yes]").wait_for()
    # The desk beside it asks who is there once it has come.
    expect(page.frame_locator("#desk").locator("input[name=username]")).to_be_focused(timeout=ANSWER_MS)
    page.locator(".skip").focus()
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    needed = {"Now", "An evening", "contact", "stranger", "tab-messenger", "bubbles", "kind", "text", "twice", "Send"}
    assert needed <= reached


def test_arrows_walk_through_the_places(page: Page) -> None:
    page.get_by_role("tab", name="Messenger", exact=True).focus()
    last = page.locator("[role=tab]:visible").last.inner_text()
    for key, name in [
        ("ArrowRight", "WhatsApp"),
        ("ArrowRight", "Facebook post"),
        ("ArrowLeft", "WhatsApp"),
        ("End", last),
        ("ArrowRight", "Messenger"),
        ("ArrowLeft", last),
        ("Home", "Messenger"),
    ]:
        page.keyboard.press(key)
        chosen = page.get_by_role("tab", name=name, exact=True)
        expect(chosen).to_be_focused()
        expect(chosen).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel", name=name, exact=True)).to_be_visible()
    assert page.locator("[role=tab][tabindex='0']").count() == 1


@pytest.mark.usefixtures("by_day")
@pytest.mark.parametrize(("place", "private"), [("Facebook post", "Messenger"), ("Instagram post", "Instagram direct")])
def test_a_comment_gets_a_line_for_all_and_a_message_for_its_writer(
    place: str, private: str, page: Page, shop: Shop
) -> None:
    page.get_by_role("button", name="While we are open").click()
    page.get_by_role("tab", name=place, exact=True).click()
    _write(page, "How much is an ensaïmada?")
    mine = page.locator(".comment.me").filter(has_text=_name(page))
    expect(mine.locator(".comment.business")).to_have_count(1, timeout=ANSWER_MS)
    link = mine.get_by_role("link", name=f"read it on {private}")
    expect(link).to_be_visible(timeout=ANSWER_MS)
    link.click()
    expect(page.get_by_role("tab", name=private, exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".bubble.business")).to_contain_text("automatic")
    expect(page.locator(".bubble.business small")).to_contain_text("in private, about a comment")
    expect(page.locator(".bubble.business")).to_be_focused()
    shop.later(seconds=10)
    _write(page, "Thank you, two of them please")
    expect(_card(page)).to_have_count(1)
    expect(_card(page)).to_contain_text("2 waiting", timeout=ANSWER_MS)
    said = mine.locator(".comment.business .said").text_content()
    expect(_card(page)).to_contain_text(f"In public{said}")


@pytest.mark.usefixtures("by_day")
def test_a_comment_is_answered_changed_and_deleted(page: Page) -> None:
    page.get_by_role("button", name="While we are open").click()
    page.get_by_role("tab", name="Facebook post", exact=True).click()
    _write(page, "How much is an ensaïmada?")
    mine = page.locator(".comment.me").filter(has_text=_name(page))
    mine.locator(".comment.business").get_by_role("button", name="Answer: ").click(timeout=ANSWER_MS)
    expect(page.locator("#target")).to_contain_text("Answering Harbour Bakery")
    _write(page, "Thank you!")
    expect(mine.locator(".comment.me")).to_contain_text("Thank you!")
    mine.get_by_role("button", name="Edit: ").first.click()
    expect(page.get_by_label("Message", exact=True)).to_have_value("How much is an ensaïmada?")
    _write(page, "How much are two?")
    expect(mine.locator(".head").first).to_contain_text("edited")
    mine.get_by_role("button", name="Delete: ").first.click()
    expect(page.locator(".comment.me").filter(has_text=_name(page))).to_have_count(0)


def test_what_was_aimed_at_can_be_left(page: Page) -> None:
    page.get_by_role("tab", name="Facebook post", exact=True).click()
    _write(page, "How much is an ensaïmada?")
    page.get_by_role("button", name=re.compile("^Edit: ")).last.click()
    page.get_by_role("button", name="Never mind").click()
    expect(page.locator("#target")).to_be_hidden()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()


@pytest.mark.usefixtures("by_day")
def test_a_message_on_instagram_is_answered_there(page: Page) -> None:
    page.get_by_role("button", name="While we are open").click()
    page.get_by_role("tab", name="Instagram direct", exact=True).click()
    page.get_by_label("Send", exact=True).select_option("an answer to our story")
    _write(page, "Is that a new cake?")
    expect(page.locator(".bubble.business")).to_contain_text("automatic", timeout=ANSWER_MS)
    expect(_card(page)).to_contain_text("on Instagram direct")


@pytest.mark.usefixtures("by_day")
def test_a_caller_hears_types_speaks_and_hangs_up(page: Page) -> None:
    page.get_by_role("button", name="An evening").click()
    page.get_by_role("tab", name="Voicemail", exact=True).click()
    expect(page.get_by_role("button", name="Hang up", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Call", exact=True).click()
    heard = page.locator(".bubble.business")
    expect(heard.first).to_contain_text("recorded", timeout=ANSWER_MS)
    keypad = page.get_by_role("group", name="Keypad")
    for key in "12345678":
        keypad.get_by_role("button", name=key, exact=True).click()
    keypad.get_by_role("button", name="hash").click()
    expect(heard).to_have_count(4, timeout=ANSWER_MS)
    page.get_by_label("Keys", exact=True).fill("8765")
    page.keyboard.press("Enter")
    expect(heard.last).to_contain_text("tone", timeout=ANSWER_MS)
    expect(keypad.get_by_role("button", name="1", exact=True)).to_be_disabled()
    _write(page, "Please call me about the cake for Friday")
    expect(_card(page)).to_contain_text("on Voicemail", timeout=ANSWER_MS)
    expect(_card(page)).to_contain_text("acknowledged")
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_enabled()


@pytest.mark.parametrize("place", ["Messenger", "Facebook post"])
@pytest.mark.parametrize("width", [320, 375, 768, 1200])
def test_nothing_is_wider_than_the_screen(width: int, place: str, page: Page) -> None:
    page.get_by_role("tab", name=place, exact=True).click()
    _write(page, "x" * 300)
    expect(page.locator(".bubble.contact, .comment.me").filter(has_text="x" * 300).first).to_be_visible()
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(scheme: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    pairs = page.evaluate("""() => {
      const style = getComputedStyle(document.documentElement);
      const value = (name) => style.getPropertyValue(name).trim();
      return [["ink", "paper"], ["ink", "sheet"], ["faint", "sheet"], ["faint", "paper"], ["bell-ink", "bell"],
              ["ink", "mine"], ["ink", "theirs"], ["faint", "mine"], ["faint", "theirs"],
              ["bell", "sheet"], ["bad", "sheet"]]
        .map(([front, back]) => [front, back, value("--" + front), value("--" + back)]);
    }""")
    weak = [(front, back) for front, back, one, other in pairs if _contrast(one, other) < LEAST_CONTRAST]
    assert weak == []


def _contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, relative luminance and contrast ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
