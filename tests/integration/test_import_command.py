"""`quintet import`, `export` and `db`, as they are typed."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run
from bot.store.database import Database
from bot.store.schema import open_database

TIME = "2026-10-05T14:26:00Z"


def deployment(name: str, **fields: Any) -> str:
    event = {"kind": "deployment", "id": name, "service": "checkout", "status": "success", "finished_at": TIME}
    return json.dumps(event | fields) + "\n"


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("QUINTET_DATABASE_URL", database_url)
    return folder


def quintet(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, list[str]]:
    code = run(words)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err.splitlines()


Quintet = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def quintet_at(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Quintet:
    def run_at(url: str, *words: str) -> tuple[int, str, list[str]]:
        monkeypatch.setenv("QUINTET_DATABASE_URL", url)
        return quintet(capsys, *words)

    return run_at


@pytest.mark.usefixtures("here")
def test_importing_twice_changes_nothing_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("e.ndjson").write_text(deployment("a") + deployment("b"))
    code, out, _ = quintet(capsys, "import", "e.ndjson")
    assert (code, out.splitlines()[0]) == (0, "e.ndjson: 2 read, 2 new, 0 updated, 0 unchanged")
    code, out, _ = quintet(capsys, "import", "e.ndjson")
    assert (code, out.splitlines()[0]) == (0, "e.ndjson: 2 read, 0 new, 0 updated, 2 unchanged; nothing changed")


@pytest.mark.usefixtures("here")
def test_json_is_one_document_of_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    Path("teams.yaml").write_text("teams: [{key: team-x, name: X, services: [checkout]}]")
    Path("e.ndjson").write_text(deployment("a") + deployment("b", service="other"))
    code, out, _ = quintet(capsys, "import", "e.ndjson", "--teams", "teams.yaml", "--json")
    assert code == 0
    assert json.loads(out) == {
        "files": [{"file": "e.ndjson", "read": 2, "new": 2, "updated": 0, "unchanged": 0, "refused": 0}],
        "events": {"deployment": 2, "change": 0, "pipeline_run": 0, "incident": 0, "slo": 0, "definition": 0},
        "unowned_services": ["other"],
    }


@pytest.mark.usefixtures("here")
def test_services_that_no_team_owns_are_stored_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("e.ndjson").write_text(deployment("a"))
    _, out, _ = quintet(capsys, "import", "e.ndjson")
    assert "Stored, but no team owns checkout: add" in out
    assert json.loads(quintet(capsys, "export")[1])["id"] == "a"


@pytest.mark.usefixtures("here")
def test_a_bad_file_is_refused_whole_and_keeps_no_good_one_out(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.ndjson").write_text(deployment("a") + "{}\n" * 30)
    Path("good.ndjson").write_text(deployment("b"))
    code, out, errors = quintet(capsys, "import", "bad.ndjson", "good.ndjson")
    assert code == 1
    assert "bad.ndjson: refused; nothing of it was stored" in out
    assert len(errors) == 21
    assert errors[0].startswith("bad.ndjson line 2: kind: is required")
    assert errors[-1] == "… and 10 more"
    assert [json.loads(line)["id"] for line in quintet(capsys, "export")[1].splitlines()] == ["b"]


@pytest.mark.usefixtures("here")
def test_files_that_are_not_there_leave_no_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert quintet(capsys, "import", "none.ndjson", "nor-this.gz") == (
        *(1, ""),
        ["none.ndjson: no such file", "nor-this.gz: no such file"],
    )
    assert not list(Path().glob("*.db*"))


def write_truncated_gzip(path: Path) -> None:
    whole = gzip.compress("".join(deployment(str(number)) for number in range(2_000)).encode())
    path.write_bytes(whole[: len(whole) // 2])


def write_twice(path: Path) -> None:
    path.write_text(deployment("a", version="1") + deployment("a", version="2"))


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        ("none.ndjson", lambda _: None, "no such file"),
        ("folder", lambda path: path.mkdir(), "is a folder; name the event files in it"),
        ("cut.ndjson.gz", write_truncated_gzip, "the gzip file ends too early; copy it again"),
        ("not.gz", lambda path: path.write_text(deployment("a")), "is not a whole gzip file; copy it again"),
        ("latin.ndjson", lambda path: path.write_bytes(b'"K\xe4se"'), "line 1: is not UTF-8; save the file as UTF-8"),
        ("long.ndjson", lambda path: path.write_bytes(b"[" * 10_000_000), "line 1: is longer than 8,388,608 bytes"),
        (
            "twice.ndjson",
            write_twice,
            "is there twice and differs, and no updated_at says which is newer (lines 1 and 2)",
        ),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_file_that_cannot_be_used_gets_one_sentence(
    capsys: pytest.CaptureFixture[str], name: str, write: Any, expected: str
) -> None:
    write(Path(name))
    code, _, [error] = quintet(capsys, "import", name)
    assert code == 1
    assert error.startswith(name)
    assert expected in error
    assert quintet(capsys, "export")[1] == ""


@pytest.mark.usefixtures("here")
def test_an_empty_file_is_no_failure_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("e.ndjson").touch()
    assert quintet(capsys, "import", "e.ndjson")[:2] == (0, "e.ndjson: no events in it\n")


@pytest.mark.usefixtures("here")
def test_gzip_and_standard_input_read_as_plain_files_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("e.ndjson.gz").write_bytes(gzip.compress(deployment("a").encode()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(deployment("b").encode())))
    code, out, _ = quintet(capsys, "import", "e.ndjson.gz", "-")
    assert code == 0
    assert out.splitlines()[:2] == [f"{name}: 1 read, 1 new, 0 updated, 0 unchanged" for name in ("e.ndjson.gz", "-")]


@pytest.mark.usefixtures("here")
def test_export_can_be_cut_to_a_team_and_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    Path("quintet.yaml").write_text("teams: [{key: team-x, name: X, services: [checkout]}]")
    later = deployment("c", finished_at="2026-10-06T00:00:00Z")
    Path("e.ndjson").write_text(deployment("a") + deployment("b", service="other") + later)
    quintet(capsys, "import", "e.ndjson")

    def exported(*words: str) -> list[str]:
        return [json.loads(line)["id"] for line in quintet(capsys, "export", *words)[1].splitlines()]

    assert exported("--team", "team-x") == ["a", "c"]
    assert exported("--since", "2026-10-06") == ["c"]
    code, _, [error] = quintet(capsys, "export", "--team", "teamx")
    assert code == 1
    assert "team-x" in error


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", ["import", "export --since soon", "export --since 2026-10-05T10:00", "exprot"])
def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert quintet(capsys, *words.split())[0] == 2


@pytest.mark.parametrize("command", [["import"], ["export"], ["schema"], ["db", "upgrade"], ["db", "backup"]])
def test_every_command_helps_with_an_example(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, _ = quintet(capsys, *command, "--help")
    assert code == 0
    assert f"Example: quintet {' '.join(command)}" in out


def test_a_backup_is_a_whole_database_and_overwrites_nothing(
    here: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("e.ndjson").write_text(deployment("a"))
    quintet(capsys, "import", "e.ndjson")
    code, _, errors = quintet(capsys, "db", "backup", "copy.db")
    if database_url.startswith("postgresql"):
        assert (code, errors) == (1, ["`quintet db backup` copies SQLite files; for PostgreSQL use its own pg_dump."])
        return
    assert code == 0
    with closing(sqlite3.connect(here / "copy.db")) as copy:
        assert copy.execute("SELECT id FROM events").fetchall() == [("a",)]
    assert quintet(capsys, "db", "backup", "copy.db")[2] == ["copy.db exists already; name a new file."]
    assert sorted(path.name for path in here.iterdir()) == ["copy.db", "e.ndjson"]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("e.ndjson").write_text(deployment("a"))
    return tmp_path


def make_newer(path: Path) -> None:
    open_database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def make_read_only(path: Path) -> None:
    open_database(f"sqlite:///{path}").close()


@pytest.mark.parametrize(
    ("url", "prepare", "expected"),
    [
        ("sqlite:///no/such/q.db", lambda _: None, "can't be opened. See that its folder exists"),
        ("sqlite:///q.db", lambda path: path.write_text("plain text, over and over " * 50), "is not a SQLite database"),
        ("sqlite:///q.db", make_newer, "was written by a newer Quintet: upgrade Quintet to use it."),
        ("sqlite:///file:q.db?mode=ro&uri=true", make_read_only, "is read-only"),
        ("sqlite://", lambda _: None, "a database in memory would forget at once"),
        ("nonsense", lambda _: None, "is no database URL, like sqlite:///quintet.db"),
        ("mysql://root:sesame@h/d", lambda _: None, "must begin with sqlite:/// or postgresql://"),
        ("postgresql://u:sesame@127.0.0.1:1/d", lambda _: None, "d at 127.0.0.1 can't be reached"),
    ],
)
def test_a_database_that_cannot_be_used_gets_one_sentence_without_its_password(
    bare: Path, quintet_at: Quintet, *, url: str, prepare: Any, expected: str
) -> None:
    prepare(bare / "q.db")
    code, out, [error] = quintet_at(url, "import", "e.ndjson")
    assert code == 1
    assert out == ""
    assert expected in error
    assert "sesame" not in error


@pytest.mark.usefixtures("bare")
def test_a_missing_database_is_not_made_by_reading(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, [error] = quintet(capsys, "export")
    assert code == 1
    assert error.startswith("There is no database quintet.db yet. `quintet sync` or `quintet import FILE` makes it")
    assert not Path("quintet.db").exists()


@pytest.mark.usefixtures("bare")
def test_a_locked_database_says_so_and_nothing_is_half_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database("sqlite:///quintet.db").close()
    monkeypatch.setattr("bot.store.database._SQLITE_SETTINGS", ("PRAGMA busy_timeout = 1",))
    with closing(sqlite3.connect("quintet.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        code, _, [error] = quintet(capsys, "import", "e.ndjson")
    assert code == 1
    assert "is locked by another program. Nothing was changed; try again in a minute." in error
    assert quintet(capsys, "export")[1] == ""


@pytest.mark.postgresql
def test_an_outdated_server_is_never_upgraded_unasked(
    bare: Path, postgresql_server: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql_server.get_uri(database="postgres")
    monkeypatch.setenv("QUINTET_DATABASE_URL", url)
    code, _, [error] = quintet(capsys, "import", str(bare / "e.ndjson"))
    assert code == 1
    assert error.endswith("has an older schema, or none: run `quintet db upgrade`.")


def test_upgrading_a_current_database_does_nothing_and_says_so(
    here: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here.exists()
    assert database.url.database
    assert quintet(capsys, "db", "upgrade")[1] == "The schema is up to date; nothing to do.\n"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://me:pa@ssword@127.0.0.1:1/x", "can't be reached"),
        ("postgresql://me:1/pa@ssword@127.0.0.1:1/x", "can't be reached"),
        ("postgresql://me:ssword@quintet.invalid/x", "can't be reached"),
        ("postgresql://me:ssword@127.0.0.1:port/x", "is no database URL"),
        ("sqlite://me:ssword@127.0.0.1/x", "three slashes"),
    ],
)
def test_a_server_that_is_not_there_gets_one_sentence_without_any_of_its_password(
    quintet_at: Quintet, url: str, says: str
) -> None:
    code, _, [sentence] = quintet_at(url, "report", "team-x")
    assert code == 1
    assert says in sentence
    assert "ssword" not in sentence


@pytest.mark.usefixtures("here")
def test_another_program_s_database_is_left_alone(quintet_at: Quintet) -> None:
    with closing(sqlite3.connect("other.db")) as other:
        other.execute("CREATE TABLE events (x)")
    Path("e.ndjson").write_text(deployment("a"))
    code, _, [sentence] = quintet_at("sqlite:///other.db", "import", "e.ndjson")
    assert (code, "another program's tables" in sentence) == (1, True)
    with closing(sqlite3.connect("other.db")) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["events"]


@pytest.mark.usefixtures("here")
def test_what_a_file_holds_plays_no_tricks_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Path("e\x1b[31m.ndjson").write_text(deployment("a", service="shop\x1b]0;owned\x07"))
    Path("bad\x1b[31m.ndjson").write_text("{}")
    run(["import", "e\x1b[31m.ndjson", "bad\x1b[31m.ndjson"])
    captured = capsys.readouterr()
    assert all(line.isprintable() for line in (captured.out + captured.err).splitlines())


@pytest.mark.usefixtures("here")
def test_a_file_name_is_no_markup_for_the_progress_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    Path("x[").mkdir()
    Path("x[/red].ndjson").write_text(deployment("a"))
    assert quintet(capsys, "import", "x[/red].ndjson")[0] == 0


@pytest.mark.usefixtures("here")
def test_closed_standard_input_gets_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    code, _, said = quintet(capsys, "import", "-")
    assert (code, said) == (1, ["-: standard input is closed; name a file, or send events to it"])
