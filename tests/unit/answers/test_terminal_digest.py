from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from bot.digest_report import Digest
from bot.terminal_digest import render
from tests.unit.answers.digest_examples import DIGESTS, full


def printed(digest: Digest, width: int = 100) -> str:
    out = StringIO()
    Console(file=out, width=width).print(render(digest))
    return out.getvalue()


@pytest.mark.parametrize("example", DIGESTS.values(), ids=DIGESTS.keys())
@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_every_row_within_its_width(example: Callable[[], Digest], width: int) -> None:
    lines = printed(example(), width).splitlines()
    assert all(len(line) <= width for line in lines)
    for name in ("Deployment frequency", "Lead time", "Change failure rate", "Time to recovery", "Reliability"):
        assert any(line.startswith(name) for line in lines)


def test_the_terminal_names_where_an_event_can_be_opened() -> None:
    assert "https://github.example/acme/checkout/deployments/d-812" in printed(full(), 120)


def test_text_from_outside_is_no_markup() -> None:
    watch = ("[red]<!channel>[/red] \x1b[31m",)
    shown = printed(full().model_copy(update={"watch": watch}))
    assert "[red]<!channel>[/red]" in shown
    assert "\x1b" not in shown
