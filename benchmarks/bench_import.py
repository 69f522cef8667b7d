"""`quintet import` into SQLite beside its bare twin, measured in the same run.

The twin validates the same lines with the same models, then writes the same rows into the same tables and indexes by
sqlite3's executemany. The import also canonicalises, settles repeats, compares with what is stored and counts.

    python benchmarks/bench_import.py --events 1000000
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from generate import Size, write

from bot.events.ndjson import Complaints, read_events
from bot.store.schema import open_database

MOST_TIMES = 2.0
MOST_MEGABYTES = 300
TABLES = ("events", "event_subjects", "subject_sources")


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def validate(path: Path) -> None:
    complaints = Complaints()
    with path.open("rb") as file:
        assert sum(1 for _ in read_events(file, complaints)) > 0
    assert not complaints.bad_lines


def import_file(path: Path, database: Path) -> None:
    """In a process of its own, so that its peak memory is its own."""
    environment = {"QUINTET_DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "bot", "import", str(path)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def rows_of(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(database) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608  names of the store's own tables


def insert(database: Path, rows: dict[str, list[tuple[object, ...]]]) -> None:
    with sqlite3.connect(database) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        for table, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608  names of the store's own tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("teams", 1_000), ("events", 1_000_000), ("weeks", 125), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    measure(Size(**vars(parser.parse_args())))


def measure(size: Size) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, ours, bare = (Path(folder) / name for name in ("events.ndjson", "ours.db", "bare.db"))
        write(size, path)
        first, again = (seconds(lambda: import_file(path, ours)) for _ in range(2))
        open_database(f"sqlite:///{bare}").close()
        rows = rows_of(ours)
        assert len(rows["events"]) == size.events
        twin = (seconds(lambda: validate(path)), seconds(lambda: insert(bare, rows)))
    print(f"import of {size.events:,} events: {first:.1f} s; the same file again: {again:.1f} s")
    print(f"bare twin: {twin[0]:.1f} s validation + {twin[1]:.1f} s insertion")
    judge(first / sum(twin), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def judge(times: float, megabytes: float) -> None:
    print(f"ratio {times:.2f} (at most {MOST_TIMES:g}), peak memory {megabytes:.0f} MB (at most {MOST_MEGABYTES})")
    if times > MOST_TIMES or megabytes > MOST_MEGABYTES:
        sys.exit("quintet import is slower or larger than it may be")


if __name__ == "__main__":
    main()
