"""What the documentation says is what the product does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.metrics.measure import Metric
from tests.architecture.commands_page import page

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_commands_page_is_what_the_commands_say() -> None:
    assert (ROOT / "docs/commands.md").read_text() == page(), "run `make docs`"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text()
    for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", text):
        name, _, heading = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{path.name} links to {target}"
        if heading and there.suffix == ".md":
            assert heading in {anchor(title) for title in re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("metric", list(Metric))
def test_every_metric_has_its_heading(metric: Metric) -> None:
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    said = {Metric.RECOVERY_TIME: "time to recovery"}.get(metric, metric.value.replace("_", " "))
    assert any(heading.lower().startswith(said) for heading in headings)


SHARED_BY_SOURCES = {
    "answer.py",
    "globs.py",
    "http.py",
    "items.py",
    "labels.py",
    "paths.py",
    "people.py",
    "registry.py",
    "services.py",
    "settings.py",
    "wire.py",
    "wording.py",
}


@pytest.mark.parametrize("path", sorted((ROOT / "integrations").iterdir()), ids=lambda path: path.name)
def test_every_source_has_its_page(path: Path) -> None:
    if path.name.startswith("__") or path.name in SHARED_BY_SOURCES:
        return
    assert (ROOT / "docs/sources" / f"{path.stem}.md").is_file()


def test_the_readme_begins_with_the_two_commands() -> None:
    block = re.search(r"```sh\n(.+?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block
    assert [line.split("#")[0].strip() for line in block[1].strip().splitlines()] == ["make demo", "make test"]
