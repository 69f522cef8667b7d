"""What soaks share, and what all of them together came to."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.soak.course import Stage, stage
from tests.soak.undisturbed import Undisturbed, undisturbed
from tests.soak.world import WORLDS

_TOLD = "soak "


@pytest.fixture(scope="session")
def on_stage() -> Iterator[Stage]:
    with stage() as opened:
        yield opened


@pytest.fixture(scope="session")
def undisturbed_in(
    on_stage: Stage, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Undisturbed]:
    """Of a world, by its name; once for all of its soaks."""

    @cache
    def found(name: str) -> Undisturbed:
        path = tmp_path_factory.mktemp(name) / "quintet.db"
        shutil.copy(sqlite_template, path)
        return undisturbed(on_stage, WORLDS[name], f"sqlite:///{path}")

    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How often something was killed, at which steps; what became of messages; and how to see a failure again."""
    failed = terminalreporter.getreports("failed")
    totals = Counter[str]()
    for report in (*terminalreporter.getreports("passed"), *failed):
        totals.update({name: count for name, count in report.user_properties if name.startswith(_TOLD)})
    for name, count in sorted(totals.items()):
        terminalreporter.write_line(f"{count:8,}  {name.removeprefix(_TOLD)}")
    for report in failed:
        if report.nodeid.startswith("tests/soak/"):
            case = report.nodeid.partition("[")[2].removesuffix("]")
            terminalreporter.write_line(f"Again: make soak ARGS='-k {case}'", red=True)
