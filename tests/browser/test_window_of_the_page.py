"""A window of the workspace page in a real browser: options, text and boxes, and what is wrong beside its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from bot.demo.organisation import REGRESSING
from bot.demo.sample import sample_organisation, workspace_page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Callable[[str], Page]) -> Iterator[Page]:
    with sample_organisation((REGRESSING,)) as sample, workspace_page(sample, "127.0.0.1", 0) as address:
        page = opened(address)
        yield page
        page.goto("about:blank")  # before the workspace ends, so that nothing asks it for more


def test_a_channel_changes_when_and_what_comes_to_it(page: Page) -> None:
    page.get_by_role("button", name=f"# {REGRESSING.key}", exact=True).click()
    page.get_by_label("Command", exact=True).fill("/dora list")
    page.keyboard.press("Enter")
    page.get_by_role("article").get_by_role("button", name="Change").click()
    window = page.get_by_role("dialog", name=f"About {REGRESSING.key}")
    day, zone = window.get_by_label("On which day"), window.get_by_label("time zone")
    expect(day).to_be_focused()
    expect(day.locator("option:checked")).to_have_text("Monday")
    day.select_option("Friday")
    window.get_by_label("At which hour").select_option("15:00")
    boxes = window.get_by_role("group", name="Which messages come?")
    expect(boxes.get_by_role("checkbox")).to_have_count(2)
    boxes.get_by_label("A ping").uncheck()
    zone.fill("London")
    window.get_by_role("button", name="Keep").click()
    expect(window.get_by_role("alert")).to_contain_text("Did you mean Europe/London")
    expect(zone).to_have_attribute("aria-invalid", "true")
    zone.fill("Europe/London")
    window.get_by_role("button", name="Keep").click()
    expect(window).to_be_hidden()
    expect(page.get_by_role("article").last).to_contain_text("the digest on Fridays at 15:00 (London).")
