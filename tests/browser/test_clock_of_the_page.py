"""The workspace page's clock in a real browser: Monday's digests, the ping, its buttons, and its closing edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo.organisation import REGRESSING, TEAMS
from bot.demo.sample import sample_organisation, workspace_page
from tests.browser.pictures import take

LEDGER = next(team for team in TEAMS if team.key == "ledger")
# On a machine that is busy with other tests a move takes so long at most.
PATIENCE = 60_000
MOVING = "The clock is being moved."
WATCHING = f"""() => {{
    window.saidMoving = false;
    const look = () => {{ window.saidMoving ||= document.body.innerText.includes("{MOVING}"); }};
    new MutationObserver(look).observe(document.body, {{subtree: true, childList: true, characterData: true}});
}}"""

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Callable[[str], Page]) -> Iterator[Page]:
    teams = (REGRESSING, LEDGER)
    with sample_organisation(teams) as sample, workspace_page(sample, "127.0.0.1", 0) as address:
        page = opened(address)
        yield page
        page.goto("about:blank")  # before the workspace ends, so that nothing asks it for more


def _step(page: Page, label: str) -> Locator:
    return page.get_by_role("region", name="Clock").get_by_role("button", name=label)


def _move(page: Page, label: str) -> None:
    """It says that it goes on, which a quick move may not do for long enough to be looked at from here."""
    shown = page.get_by_role("region", name="Clock").locator("time")
    before = shown.inner_text()
    page.evaluate(WATCHING)
    _step(page, label).click()
    expect(shown).not_to_have_text(before, timeout=PATIENCE)
    expect(page.get_by_text(MOVING)).to_be_hidden(timeout=PATIENCE)
    assert page.evaluate("() => window.saidMoving")


def _channel(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"# {name}", exact=True).click()
    page.get_by_role("heading", name=f"# {name}", exact=True).wait_for()


def _said(page: Page, begins: str) -> Locator:
    return page.get_by_role("article").filter(has_text=begins)


def test_a_page_goes_through_monday_and_the_regression_to_its_end(page: Page, request: pytest.FixtureRequest) -> None:
    pictures = request.config.getoption("--take-picture")
    _move(page, "To next Monday")
    expect(page.get_by_role("region", name="Clock").locator("time")).to_contain_text("Mon, ")
    for team in (LEDGER, REGRESSING):
        _channel(page, team.key)
        expect(_said(page, f"{team.name} · week of").first).to_be_visible()
    _folds_its_thread(page)

    _move(page, f"To the ping about {REGRESSING.name}")
    expect(_step(page, "To the ping")).to_have_count(0)
    ping = _said(page, f"{REGRESSING.name}: speed has been bought")
    expect(ping).to_have_count(1)
    expect(ping).to_contain_text("in catalog with regression tests")
    expect(ping.get_by_role("link").first).to_contain_text("catalog d-")  # the place that it says to begin with
    if pictures:
        take(page, "digest", _said(page, f"{REGRESSING.name} · week of").last)
        take(page, "ping", ping)
    _asks_why(page, ping)
    _snoozes(page, ping)
    _says_why(page, ping, "We know", "Moved to one cluster", "The team knows: Moved to one cluster.")
    _says_why(page, ping, "Not useful", "It was planned", "Not useful, the team says: It was planned.")
    ping.get_by_role("button", name="We are on it").click()
    expect(ping).to_contain_text("The team is on it.")

    _move(page, "To the end of that regression")
    expect(_said(page, "Over since").filter(has_text="(edited)")).to_have_count(1)
    expect(ping).to_have_count(0)


def _folds_its_thread(page: Page) -> None:
    """Details are not in the channel's flow until somebody unfolds them."""
    details = page.get_by_role("article").filter(has=page.locator("table"))
    expect(details).to_be_hidden()
    page.get_by_text("2 replies").click()
    expect(details).to_be_visible()


def _asks_why(page: Page, ping: Locator) -> None:
    """From the pattern to the events behind a claim, linked, a page at a time."""
    ping.get_by_role("button", name="Why?").focus()
    page.keyboard.press("Enter")
    walk = _said(page, "Page 1 of ")
    expect(walk.get_by_role("link", name="open").first).to_have_attribute("href", re.compile("^https://"))
    walk.get_by_role("button", name="Further").click()
    expect(_said(page, "Page 2 of ")).to_have_count(1)
    expect(walk).to_have_count(0)


def _says_why(page: Page, ping: Locator, label: str, because: str, shown: str) -> None:
    """In a window; the message shows it, beside the day until which it is snoozed."""
    ping.get_by_role("button", name=label).click()
    window = page.get_by_role("dialog", name=label)
    expect(window.get_by_role("textbox")).to_be_focused()
    window.get_by_role("textbox").fill(because)
    window.get_by_role("button", name="Keep").click()
    expect(window).to_be_hidden()
    expect(ping).to_contain_text(shown)
    expect(ping).to_contain_text("Snoozed until")


def _snoozes(page: Page, ping: Locator) -> None:
    window = page.get_by_role("dialog", name="Snooze")
    button = ping.get_by_role("button", name="Snooze")
    button.click()
    day = window.get_by_label("Until which day")
    expect(day).to_be_focused()
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    expect(button).to_be_focused()

    page.keyboard.press("Enter")
    proposed = day.input_value()
    day.fill("2020-01-01")
    window.get_by_role("button", name="Keep").click()
    expect(window.get_by_role("alert")).to_have_text("Choose a day after today, within a year.")
    day.fill(proposed)
    window.get_by_role("button", name="Keep").click()
    expect(window).to_be_hidden()
    expect(ping).to_contain_text("Snoozed until")
