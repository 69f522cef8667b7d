"""A bot that is killed wherever it works, again and again: in the end all is as if nothing had happened, said once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.answers.looks import refresh_looks
from bot.doctor import examine
from bot.store.database import Database
from bot.store.ledger import newest_runs
from bot.store.streams import stream_states
from bot.store.work_tables import outbox
from tests.soak.course import Ran, Stage
from tests.soak.fate import Fate, fate
from tests.soak.kept import Kept, Key, kept, posted
from tests.soak.undisturbed import Undisturbed
from tests.soak.world import WORLDS, World

# By seed: the small world comes often, because it takes little time.
WORLD_OF = ("short", "weekly", "short", "lasting")
SHORT_CUT = (10, 26)  # of the small world; in one the history can be read, in the other not
Record = Callable[[str, object], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        seeds = range(metafunc.config.getoption("--soak")) or SHORT_CUT
        metafunc.parametrize(("world", "seed"), [(WORLD_OF[seed % len(WORLD_OF)], seed) for seed in seeds])


@dataclass(frozen=True, slots=True)
class Soak:
    """One that is over: what befell it, how it ran, and what it left behind."""

    world: World
    fate: Fate
    ran: Ran
    database: Database
    stage: Stage
    undisturbed: Kept

    def rows(self) -> Mapping[Key, Any]:
        """The outbox."""
        with self.database.reading() as connection:
            return {(row.key, row.part): row for row in connection.execute(select(outbox))}


@pytest.fixture
def soak(
    on_stage: Stage, undisturbed_in: Callable[[str], Undisturbed], database: Database, world: str, seed: int
) -> Soak:
    undisturbed, lived_in = undisturbed_in(world), WORLDS[world]
    befalls = fate(seed, undisturbed.steps)
    ran = on_stage.run(lived_in, database.url.render_as_string(hide_password=False), befalls)
    return Soak(lived_in, befalls, ran, database, on_stage, undisturbed.kept)


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str, world: str) -> None:
    """As far as `quintet doctor` needs it."""
    path, teams = tmp_path / "quintet.yaml", WORLDS[world].teams
    path.write_text(json.dumps({"teams": [{"key": team.key, "services": team.services} for team in teams]}))
    monkeypatch.setenv("QUINTET_CONFIG", str(path))
    monkeypatch.setenv("QUINTET_DATABASE_URL", database_url)


def test_whatever_is_killed_all_comes_to_the_same_and_is_said_once(soak: Soak, record_property: Record) -> None:
    _tell(soak, record_property)
    here = kept(soak.world, soak.database, soak.stage.standing.messages)
    assert not [failure for failure in soak.ran.failures if "Traceback" in failure]
    _is_said_once(soak, here)
    assert here.events == soak.undisturbed.events
    assert here.told == soak.undisturbed.told
    assert here.watches == soak.undisturbed.watches
    assert here.answers == soak.undisturbed.answers
    _is_read_to_the_end(soak)
    _is_done(soak)
    _looks_are_kept(soak)
    _doctor_tells(soak)


def _tell(soak: Soak, record_property: Record) -> None:
    """For the summary of all soaks."""
    for step, count in soak.ran.kills.items():
        record_property(f"soak killed in {step.job}: {step.moment}", count)
    history = "readable" if soak.fate.reads_history else "not readable"
    for state, count in Counter(row.state for row in soak.rows().values()).items():
        record_property(f"soak messages {state}, history {history}", count)


def _is_said_once(soak: Soak, here: Kept) -> None:
    """In the same words at the same place; or, where the history may not be read, perhaps not at all."""
    before, rows, posts = soak.undisturbed.said, soak.rows(), posted(soak.stage.standing.messages)
    assert set(posts.values()) <= {1}
    assert rows.keys() == before.keys()
    sent = {key for key, row in rows.items() if row.state == "sent"}
    assert sent == before.keys() or not soak.fate.reads_history
    for key, row in rows.items():
        if key in sent:
            assert here.said[key] == before[key]
            assert row.revision == row.revision_sent == before[key].revision
        elif row.attempts == 0:  # nobody knows whether that stands there to which it is a reply
            assert rows[row.key, row.parent].state == "unknown"
            assert key not in posts
        else:
            assert (row.state, row.reason) == ("unknown", "missing_scope")


def _is_read_to_the_end(soak: Soak) -> None:
    with soak.database.reading() as connection:
        states = stream_states(connection)
    assert len(states) == 3
    for state in states:
        assert (state.cursor.span, state.cursor.token, state.failure) == (None, None, None)
        assert state.cursor.newest
        assert state.cursor.newest >= soak.world.instants[-1] - timedelta(hours=1)


def _is_done(soak: Soak) -> None:
    """The newest run of every job, for everyone whom it is for."""
    with soak.database.reading() as connection:
        assert [run.turn for run in newest_runs(connection) if run.done_at is None or run.claimed_until] == []


def _looks_are_kept(soak: Soak) -> None:
    """There is nothing to make anew."""
    now = soak.stage.clock.moment()
    assert not any(refresh_looks(soak.database, team, now) for team in soak.world.teams)


def _doctor_tells(soak: Soak) -> None:
    now = soak.stage.clock.moment()
    report = examine(now)
    assert [team.team for team in report.teams] == [team.key for team in soak.world.teams]
    assert [check.says for check in report.checks if check.state == "mend" and check.about == "jobs"] == []
    shown = (now - timedelta(days=28)).timestamp() * 1e6  # as far back as it looks
    unknown = any(row.state == "unknown" and row.created_at >= shown for row in soak.rows().values())
    assert any(check.about == "delivery" and "nobody can tell" in check.says for check in report.checks) == unknown
