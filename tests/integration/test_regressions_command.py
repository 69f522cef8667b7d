"""`quintet regressions` from the command line: what the watch sees of each team, and when it would have pinged."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.answers.report import team_report
from bot.cli import run
from bot.demo.organisation import TEAMS, Organisation
from bot.ingest import ingest_events
from bot.store.schema import open_database
from bot.store.subjects import microseconds
from bot.store.tables import streams
from bot.store.work_tables import looks

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SOME = tuple(team for team in TEAMS if team.key in {"team-x", "ledger", "identity"})
KEYS = {
    "team", "as_of", "state", "score", "since", "speed", "stability", "relationships", "evidence", "first", "not_yet",
    "why_silent", "needs", "looks",
}  # fmt: skip


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some teams of the sample organisation, imported once."""
    folder = tmp_path_factory.mktemp("organisation")
    teams = ",\n  ".join(
        json.dumps({"key": team.key, "name": team.name, "timezone": team.zone.key, "services": list(team.services)})
        for team in SOME
    )
    (folder / "quintet.yaml").write_text(f"teams: [\n  {teams}\n]\n", encoding="utf-8")
    database = open_database(f"sqlite:///{folder / 'quintet.db'}")
    ingest_events(database, Organisation(NOW, teams=SOME).news(NOW))
    database.close()
    return folder


@pytest.fixture(autouse=True)
def here(organisation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(organisation)
    monkeypatch.setenv("QUINTET_CONFIG", str(organisation / "quintet.yaml"))
    monkeypatch.setenv("QUINTET_DATABASE_URL", f"sqlite:///{organisation / 'quintet.db'}")


@pytest.fixture
def copied(organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of one's own, to change."""
    shutil.copy(organisation / "quintet.db", tmp_path / "q.db")
    url = f"sqlite:///{tmp_path / 'q.db'}"
    monkeypatch.setenv("QUINTET_DATABASE_URL", url)
    return url


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert run(["regressions", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


AS_OF = ("--as-of", "2026-11-23")


def test_every_team_is_told_with_what_the_contract_names(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, *AS_OF)
    assert [each["team"] for each in found] == [team.key for team in SOME]
    for each in found:
        assert each.keys() >= KEYS
        assert each["looks"] == []
        assert datetime.fromisoformat(each["as_of"]).date() in {date(2026, 11, 22), date(2026, 11, 23)}, "in its zone"


def test_a_regression_is_told_with_both_sides_evidence_and_a_first_step(capsys: pytest.CaptureFixture[str]) -> None:
    (seen,) = asked(capsys, "--team", "team-x", *AS_OF)
    assert seen["state"] == "pinging"
    assert seen["score"] >= 0.93
    assert seen["since"] is not None
    assert seen["speed"]["deployment_frequency"]["ratio"] > 1.3
    assert seen["speed"]["lead_time"]["ratio"] < 0.8
    low, high = seen["stability"]["change_failure_rate"]["interval"]
    assert 1 < low < seen["stability"]["change_failure_rate"]["ratio"] < high
    assert "frequency_without_testing" in seen["relationships"]
    assert all(item["claim"] for item in seen["evidence"])
    assert any(item["events"] for item in seen["evidence"])
    assert "regression tests" in seen["first"]
    assert "gates" in seen["not_yet"]
    assert seen["why_silent"].startswith("Its ping was due after the week of")
    assert seen["needs"] is None


def test_a_replay_shows_each_look_and_pings_once_where_it_would_have(capsys: pytest.CaptureFixture[str]) -> None:
    (seen,) = asked(capsys, "--team", "team-x", "--replay", "40", *AS_OF)
    weeks = [look["week"] for look in seen["looks"]]
    assert len(weeks) == 40
    assert weeks == sorted(weeks)
    assert weeks[-1] == "2026-11-16", "the Monday on which the last complete week began"
    assert sum(look["ping"] for look in seen["looks"]) == 1
    at_the_ping = next(look for look in seen["looks"] if look["ping"])
    assert at_the_ping["score"] >= 0.93


def test_before_the_regression_the_same_team_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    (seen,) = asked(capsys, "--team", "team-x", "--as-of", "2026-04-06")
    assert seen["state"] in {"quiet", "not_enough_data"}
    assert (seen["evidence"], seen["first"], seen["not_yet"]) == ([], None, None)
    assert seen["why_silent"]


def test_in_midweek_the_watch_is_that_of_its_monday_and_the_reading_says_the_same(
    organisation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (monday,) = asked(capsys, "--team", "team-x", *AS_OF)
    (tuesday,) = asked(capsys, "--team", "team-x", "--as-of", "2026-11-24")
    assert {**tuesday, "as_of": None} == {**monday, "as_of": None}
    database = open_database(f"sqlite:///{organisation / 'quintet.db'}")
    for team in SOME:
        (seen,) = asked(capsys, "--team", team.key, "--as-of", "2026-11-24")
        report = team_report(database, team, NOW, datetime(2026, 11, 24))  # noqa: DTZ001  a day of the team's zone
        assert report.reading.rule == "X1" or seen["state"] != "pinging"
    database.close()


def test_a_team_without_enough_data_is_told_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    (seen,) = asked(capsys, "--team", "ledger", *AS_OF)
    assert (seen["state"], seen["score"], seen["since"]) == ("not_enough_data", None, None)
    assert "needed" in seen["why_silent"]
    assert "more deployment" in seen["needs"]


def test_the_page_says_the_same_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["regressions", "--team", "team-x", "--replay", "52", *AS_OF]) == 0
    page = " ".join(capsys.readouterr().out.split())
    for part in ("Team X (team-x): speed has been bought with stability", "Faster:", "First:", "Not yet:"):
        assert part in page
    assert "It would have pinged after the week of" in page
    assert len(page) < 2_500


def test_asking_about_now_keeps_the_looks_and_asking_about_the_past_does_not(
    organisation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def kept() -> int:
        database = open_database(f"sqlite:///{organisation / 'quintet.db'}")
        with database.reading() as connection:
            found = connection.execute(
                select(func.count()).select_from(looks).where(looks.c.team == "identity")
            ).scalar_one()
        database.close()
        return found

    asked(capsys, "--team", "identity", *AS_OF)
    assert kept() == 0
    asked(capsys, "--team", "identity")
    assert kept() == 1


def stream(read: datetime) -> dict[str, object]:
    """A list of incidents of checkout, as a sync that ended then leaves it."""
    begin = microseconds(datetime(2024, 1, 1, tzinfo=UTC))
    return {
        "source": "jira",
        "stream": "OPS",
        "event_source": "jira:acme",
        "kinds": json.dumps(["incident"]),
        "covers": json.dumps({"services": ["checkout"], "teams": []}),
        "rule": "r",
        "pass": 1,
        "since": begin,
        "reached": begin,
        "synced_at": microseconds(read),
    }


@pytest.mark.parametrize(
    ("day", "why"),
    [
        pytest.param(22, "Its ping was due after the week of", id="read lately"),
        pytest.param(18, "jira has not been read since 18 November; nothing is posted until it is.", id="not read"),
    ],
)
def test_a_source_that_was_not_read_lately_keeps_the_watch_from_telling_and_not_from_seeing(
    day: int, why: str, copied: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = open_database(copied)
    with database.writing() as connection:
        connection.execute(insert(streams).values(stream(datetime(2026, 11, day, 12, tzinfo=UTC))))
    database.close()
    (seen,) = asked(capsys, "--team", "team-x", *AS_OF)
    assert seen["state"] == "pinging"
    assert seen["score"] > 0.93
    assert seen["why_silent"].startswith(why)


def test_an_unknown_team_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["regressions", "--team", "team-y"]) == 1
    assert "team-x" in capsys.readouterr().err


@pytest.mark.parametrize("weeks", ["0", "-1", "x", "261"])
def test_weeks_that_make_no_sense_are_wrong_usage(weeks: str) -> None:
    assert run(["regressions", "--replay", weeks]) == 2


def test_without_any_team_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUINTET_CONFIG")
    monkeypatch.setenv("QUINTET_DATABASE_URL", f"sqlite:///{tmp_path / 'q.db'}")
    open_database(f"sqlite:///{tmp_path / 'q.db'}").close()
    assert asked(capsys) == []
    assert run(["regressions"]) == 0
    assert "No team is known yet" in capsys.readouterr().out
