"""Teams come from the settings and with imports; each is answered for once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.answers.teams import Roster, composed
from bot.cli import run
from bot.store.database import Database
from bot.store.teams import keep_teams, kept_teams
from bot.teams import Bands, Freeze, Team


def team(key: str, *services: str, aliases: tuple[str, ...] = ()) -> Team:
    return Team(key=key, name=key.title(), services=services or ("checkout",), aliases=aliases)


def keep(database: Database, *teams: Team) -> None:
    with database.writing() as connection:
        keep_teams(connection, teams)


def test_a_kept_team_comes_back_as_it_was(database: Database) -> None:
    whole = Team(
        key="team-x",
        name="Team × <!channel>",
        services=("checkout", "pay-*"),
        zone=ZoneInfo("Europe/Berlin"),
        aliases=("team-old",),
        channel="#team-x",
        bands=Bands(lead_time_days=5),
        availability_objective=0.999,
        freezes=(Freeze(date(2026, 12, 21), date(2027, 1, 3)),),
    )
    keep(database, whole)
    with database.reading() as connection:
        assert kept_teams(connection) == (whole,)


def test_a_team_that_is_described_anew_takes_the_place_of_the_old_one(database: Database) -> None:
    keep(database, team("team-x", "checkout"), team("team-y"))
    keep(database, team("team-x", "basket"))
    with database.reading() as connection:
        assert [one.services for one in kept_teams(connection)] == [("basket",), ("checkout",)]


def test_the_roster_sees_at_once_what_is_kept_while_the_bot_runs(database: Database) -> None:
    roster = Roster(database, [team("team-x")])
    assert [one.key for one in roster()] == ["team-x"]
    keep(database, team("team-y"))
    assert [one.key for one in roster()] == ["team-x", "team-y"]


@pytest.mark.parametrize(
    ("configured", "kept", "answers"),
    [
        ([team("a")], [team("b")], [("a", "checkout"), ("b", "checkout")]),
        ([team("a", "new")], [team("a", "old")], [("a", "new")]),
        ([team("new", aliases=("old",))], [team("old")], [("new", "checkout")]),
        ([], [team("new", aliases=("old",)), team("old")], [("new", "checkout")]),
    ],
    ids=["both count", "the settings win", "a renamed team answers for its earlier name", "kept ones are renamed too"],
)
def test_each_name_has_one_team(configured: list[Team], kept: list[Team], answers: list[tuple[str, str]]) -> None:
    assert [(one.key, one.services[0]) for one in composed(configured, kept)] == answers


def test_what_was_imported_with_its_teams_can_be_asked_for(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUINTET_DATABASE_URL", database_url)
    Path("teams.yaml").write_text("teams: [{key: team-x, name: Team X, services: [checkout]}]")
    Path("e.ndjson").write_text(
        '{"kind":"deployment","id":"d","service":"checkout","status":"success","finished_at":"2026-10-05T14:26:00Z"}\n'
    )
    assert run(["import", "e.ndjson", "--teams", "teams.yaml"]) == 0
    assert run(["report", "team-x", "--as-of", "2026-10-06"]) == 0
    assert "Team X" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2026-10-06", "2026-10-05T22:00:00Z"),
        ("2026-10-06T12:00:00Z", "2026-10-06T12:00:00Z"),
        ("2026-10-06T12:00:00+02:00", "2026-10-06T10:00:00Z"),
    ],
    ids=["a day begins in the team's zone", "a time is taken as it is", "with its offset"],
)
def test_a_report_of_the_past_ends_where_it_is_asked_to(
    typed: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("quintet.yaml").write_text("teams: [{key: team-x, name: X, services: [checkout], timezone: Europe/Berlin}]")
    Path("e.ndjson").write_text(
        '{"kind":"deployment","id":"d","service":"checkout","status":"success","finished_at":"2026-10-05T14:26:00Z"}\n'
    )
    assert run(["import", "e.ndjson"]) == 0
    capsys.readouterr()
    assert run(["report", "team-x", "--as-of", typed, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["as_of"] == shown


@pytest.mark.parametrize("command", [["report", "team-x"], ["regressions"], ["try", "."]])
@pytest.mark.parametrize("typed", ["2999-01-01", "2999-01-01T00:00:00Z"])
def test_a_time_to_come_is_refused_in_one_sentence(
    command: list[str], typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("quintet.yaml").write_text("teams: [{key: team-x, services: [checkout], timezone: Europe/Berlin}]")
    assert run(["db", "upgrade"]) == 0
    assert run([*command, "--as-of", typed]) == 2
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "2999-01-01 has not begun in" in said or "2999-01-01T00:00:00+00:00 is to come" in said
    assert "nothing is known of it yet" in said
