"""The workspace page in a real browser, with the real bot behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from bot.demo.sample import sample_organisation, workspace_page

PICTURES = Path(__file__).parents[2] / "docs" / "images"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with sample_organisation() as sample, workspace_page(sample, "127.0.0.1", 0) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, in the channel of one team; no test may leave a complaint or reach another host."""
    complaints: list[str] = []
    opened = browser.new_page(viewport={"width": 1200, "height": 1000})
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: _note_foreign(request.url, address, complaints))
    opened.goto(address)
    yield opened
    opened.close()
    assert complaints == []


def _note_foreign(url: str, address: str, complaints: list[str]) -> None:
    if not url.startswith((f"{address}/", "data:", "blob:")):
        complaints.append(f"asked {url}")


def typed(page: Page, command: str) -> Locator:
    """Type a command and press Enter; the message that comes. Each test has a channel of its own."""
    messages = page.get_by_role("article")
    before = messages.count()
    page.get_by_label("Command", exact=True).fill(command)
    page.keyboard.press("Enter")
    expect(messages).to_have_count(before + 1)
    return messages.last


def _charts(answer: Locator) -> Locator:
    """The drawings with an axis of weeks; the buttons beside them are drawings too."""
    return answer.locator("svg").filter(has_text="Week from")


def in_channel(page: Page, name: str) -> Page:
    page.get_by_role("button", name=f"# {name}", exact=True).click()
    page.get_by_role("heading", name=f"# {name}", exact=True).wait_for()
    return page


def test_answers_for_a_team_with_its_table_and_charts(page: Page, request: pytest.FixtureRequest) -> None:
    answer = typed(in_channel(page, "team-x"), "/dora team-x")
    expect(answer.get_by_text("Only visible to you")).to_be_visible()
    expect(answer.get_by_text("Invest next in:")).to_be_visible()
    for metric in ("Deployment frequency", "Lead time", "Change failure rate", "Time to recovery", "Reliability"):
        expect(answer.locator("table").get_by_text(re.compile(rf"^{metric}")).first).to_be_visible()
    expect(_charts(answer)).to_have_count(2)
    expect(answer.get_by_text("Deployments and failed deployments a week").first).to_be_visible()
    if request.config.getoption("--take-picture"):
        _take(page, answer)


def test_a_bare_command_answers_for_the_team_of_the_channel(page: Page) -> None:
    answer = typed(in_channel(page, "billing"), "/dora")
    expect(answer.get_by_text(re.compile(r"\bBilling\b")).first).to_be_visible()


def test_an_unknown_team_gets_a_sentence(page: Page) -> None:
    answer = typed(in_channel(page, "search"), "/dora seerch")
    expect(answer).to_contain_text('No team "seerch"')


def test_the_newest_message_is_brought_into_view(page: Page) -> None:
    typed(in_channel(page, "notify"), "/dora team-x")
    expect(typed(page, "/dora help")).to_be_in_viewport()


def test_help_lists_the_teams(page: Page) -> None:
    expect(typed(in_channel(page, "ledger"), "/dora help")).to_contain_text("team-x")


def test_a_group_that_is_typed_is_shown_and_not_notified(page: Page) -> None:
    answer = typed(in_channel(page, "mobile"), "/dora <!channel>")
    expect(answer).to_contain_text("!channel>")
    assert answer.locator("[class*=mention], [data-type*=broadcast]").count() == 0


def test_what_is_no_command_is_explained(page: Page) -> None:
    page.get_by_label("Command", exact=True).fill("hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Only commands are sent from this page")


def test_works_by_keyboard_alone(page: Page) -> None:
    """The box has the focus at once; then come the button and the commands to choose from."""
    page.get_by_label("Command", exact=True).wait_for()
    expect(page.get_by_label("Command", exact=True)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="/dora help", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").last).to_contain_text("team-x")


def test_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    answer = typed(in_channel(page, "web"), "/dora team-x")
    for part in (
        answer,
        answer.get_by_text("Invest next in:"),
        _charts(answer).first,
        page.get_by_label("Command", exact=True),
    ):
        box = part.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True), box
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def _take(page: Page, answer: Locator) -> None:
    """The README's two pictures, as large as each other: an answer from its top past its table, and its charts."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1100, "height": 4000})  # the whole answer at once
    for name, part, above in (("answer", answer, 0), ("charts", _charts(answer).first, 52)):  # 52: the chart's title
        box = part.bounding_box()
        assert box is not None
        clip = FloatRect(x=216, y=box["y"] - above, width=616, height=830)
        page.screenshot(path=PICTURES / f"{name}.png", clip=clip)
