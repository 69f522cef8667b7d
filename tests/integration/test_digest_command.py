from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run
from bot.store.schema import open_database
from tests.integration.team_weeks import fill, steady
from tests.unit.answers.slack_rules import check

SETTINGS = """
database: sqlite:///{path}
teams:
  - {{key: shop, name: Shop, timezone: Europe/Berlin, services: [shop], channel: "#shop",
     digest: {{timezone: America/New_York}}}}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'quintet.db'}")
    fill(database, steady(20))
    database.close()
    settings = tmp_path / "quintet.yaml"
    settings.write_text(SETTINGS.format(path=tmp_path / "quintet.db"))
    monkeypatch.setenv("QUINTET_CONFIG", str(settings))
    monkeypatch.delenv("QUINTET_DATABASE_URL", raising=False)


@pytest.mark.usefixtures("shop")
def test_json_is_what_would_be_posted_and_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["digest", "shop", "--week", "2026-10-28", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["team", "channel", "week", "streak_weeks", "text", "blocks", "thread", "report"]
    assert (told["team"], told["channel"], told["week"]) == ("shop", "#shop", "2026-10-26")
    for message in (told, *told["thread"]):
        check(message["blocks"])
    assert told["report"]["as_of"] == "2026-11-01T23:00:00Z"
    assert "figures to Sun 1 Nov 2026, 18:00 New York" in json.dumps(told["thread"])


@pytest.mark.usefixtures("shop")
def test_people_read_the_message_and_its_thread(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["digest", "shop", "--week", "2026-10-26"]) == 0
    told = capsys.readouterr().out
    order = ("Shop · week of 26 October", "Metric", "Did things improve overall", "figures to", "Why this first")
    places = [told.index(piece) for piece in order]
    assert places == sorted(places)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["shop", "--week", "2999-01-01"], 2, "not over yet"),
        (["shop", "--week", "yesterday"], 2, "no day"),
        (["shopp"], 1, "Did you mean shop?"),
    ],
)
def test_what_cannot_be_told_is_explained(
    words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["digest", *words]) == code
    assert says in capsys.readouterr().err
