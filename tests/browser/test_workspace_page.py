"""The workspace page in a real browser, with the real bot behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bot.demo.sample import sample_organisation, workspace_page
from tests.browser.pictures import take

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with sample_organisation() as sample, workspace_page(sample, "127.0.0.1", 0) as url:
        yield url


@pytest.fixture
def page(opened: Callable[[str], Page], address: str) -> Page:
    """The page; each test has the channel of a team of its own."""
    return opened(address)


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
        take(page, "answer", answer)
        take(page, "charts", _charts(answer).first, above=52)  # its title


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


def test_an_answer_can_be_shared_in_its_channel(page: Page) -> None:
    answer = typed(in_channel(page, "data"), "/dora")
    expect(answer.get_by_text("Only visible to you")).to_be_visible()
    answer.get_by_role("button", name="Share in channel").click()
    shared = page.get_by_role("article").filter(has_not_text="Only visible to you")
    expect(shared.get_by_text("Data Platform").first).to_be_visible()


def test_an_event_behind_an_answer_can_be_judged(page: Page) -> None:
    typed(in_channel(page, "payments"), "/dora").get_by_role("button", name="Why?").click()
    walk = page.get_by_role("article").filter(has_text="Page 1 of ")
    expect(walk.get_by_text("from github:acme/pay-api: ").first).to_be_visible()
    walk.get_by_role("button", name="This did not fail").first.click()
    expect(walk).to_contain_text("Kept. The figures count it from now on.")


def test_a_press_shows_that_it_is_sent_and_why_it_failed(page: Page) -> None:
    answer = typed(in_channel(page, "identity"), "/dora list")
    held: list[Route] = []
    page.route("**/workspace/presses", lambda route: held.append(route))  # noqa: PLW0108  a method of a list can't be marked
    answer.get_by_role("button", name="Change").click()
    expect(answer.get_by_role("button", name="Sending…")).to_be_visible()
    held[0].fulfill(json={"problem": "The button failed: the bot did not answer in time.", "window": None})
    expect(answer.get_by_role("status")).to_have_text("The button failed: the bot did not answer in time.")
    expect(answer.get_by_role("button", name="Change")).to_be_visible()


def test_a_channel_changes_in_a_window_when_and_what_comes_to_it(page: Page) -> None:
    typed(in_channel(page, "labs"), "/dora list").get_by_role("button", name="Change").click()
    window = page.get_by_role("dialog", name="About labs")
    day, zone = window.get_by_label("On which day"), window.get_by_label("time zone")
    expect(day).to_be_focused()
    expect(day.locator("option:checked")).to_have_text("Monday")
    day.select_option("Friday")
    window.get_by_label("At which hour").select_option("15:00")
    window.get_by_role("group", name="Which messages come?").get_by_label("A ping").uncheck()
    zone.fill("London")
    window.get_by_role("button", name="Keep").click()
    expect(window.get_by_role("alert")).to_contain_text("Did you mean Europe/London?")
    expect(zone).to_have_attribute("aria-invalid", "true")
    zone.fill("Europe/London")
    window.get_by_role("button", name="Keep").click()
    expect(window).to_be_hidden()
    expect(page.get_by_role("article").last).to_contain_text("about labs: the digest on Fridays at 15:00 (London).")


def test_what_is_no_command_is_explained(page: Page) -> None:
    page.get_by_label("Command", exact=True).fill("hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("Only commands are sent from this page")


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
