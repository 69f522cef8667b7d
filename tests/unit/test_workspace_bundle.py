"""The shipped page needs Python alone: it is small, loads nothing from elsewhere, and carries its licences."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from bot.demo.page import STATIC

PAGE = Path(__file__).parents[2] / "page"
LOCK = json.loads((PAGE / "package-lock.json").read_text())


class References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_loads_its_own_files_and_no_others() -> None:
    references = References()
    references.feed((STATIC / "index.html").read_text())
    assert references.found
    assert all((STATIC.parent / reference).is_file() for reference in references.found)


def test_the_style_sheet_loads_nothing() -> None:
    style = (STATIC / "page.css").read_text()
    assert not re.search(r"@import|url\((?!\s*[\"']?data:)", style)


def test_the_script_names_no_other_host_that_it_would_load_from() -> None:
    script = (STATIC / "page.js").read_text()
    hosts = set(re.findall(r"https?://([\w.-]+\.\w+)", script))
    # Names of vocabularies, and pages that a person may open from a link; the page's policy blocks every load.
    assert hosts <= {"www.w3.org", "react.dev", "app.slack.com", "github.com"}


def test_the_bundle_is_under_two_megabytes() -> None:
    assert sum(file.stat().st_size for file in STATIC.iterdir()) < 2_000_000


def test_the_licences_name_the_versions_of_the_lock_file() -> None:
    named = re.findall(r"^== (\S+) (\S+) \(", (STATIC / "LICENSES").read_text(), re.MULTILINE)
    locked = {path.removeprefix("node_modules/"): each["version"] for path, each in LOCK["packages"].items() if path}
    assert {"react", "react-dom", "slack-blocks-to-jsx"} <= {name for name, _ in named}
    assert [name for name, version in named if locked.get(name) != version] == []


def test_the_lock_file_names_no_registry() -> None:
    assert not any("resolved" in each for each in LOCK["packages"].values())
