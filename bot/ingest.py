"""One door for events: a file is checked whole before the store sees any of it, and is kept whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Connection

from bot.errors import EventError
from bot.event_file import EventFile, open_events
from bot.events import Event
from bot.events.ndjson import SAID, Complaints, Numbered, read_events
from bot.events.problems import KINDS, Problem, shown
from bot.import_report import FileReport, ImportReport
from bot.store.database import Database
from bot.store.merge import Counts, merge
from bot.store.repeats import Contradiction, settle_repeats
from bot.store.staging import stage, staged_kinds, staged_services, staging
from bot.teams import Team, unowned

Progress = Callable[[str, int, int], None]  # file, bytes read, bytes in all (0: not known)

_EVENTS_A_TICK = 1_000
_CONTRADICTION = "is there twice and differs, and no updated_at says which is newer"


def _silent(_file: str, _done: int, _size: int) -> None:
    """No progress is shown."""


def import_files(
    database: Database, files: Sequence[str], teams: Iterable[Team], progress: Progress = _silent
) -> ImportReport:
    """Import files one by one, each in a transaction of its own: a refused one keeps no other out."""
    kinds = Counter(dict.fromkeys(KINDS, 0))
    services: set[str] = set()
    owners = tuple(teams)
    reports: list[FileReport] = []
    for file in files:
        with staging(database) as connection:
            report = _import_file(database, connection, file, progress)
            if not report.refused:
                with connection.begin():
                    kinds.update(staged_kinds(connection))
                    services.update(unowned(staged_services(connection), owners))
            reports.append(report)
    return ImportReport(tuple(reports), kinds, tuple(sorted(services)))


def ingest_events(database: Database, events: Iterable[Event]) -> Counts:
    """Store events that are already in memory, all or none."""
    with staging(database) as connection:
        with connection.begin():
            stage(connection, enumerate(events, start=1))
            contradictions = settle_repeats(connection)
        if contradictions:
            raise EventError(*(f"{shown(each.key)} {_CONTRADICTION}" for each in contradictions[:SAID]))
        with database.writing_on(connection):
            return merge(connection)


def _import_file(database: Database, connection: Connection, file: str, progress: Progress) -> FileReport:
    complaints = Complaints()
    try:
        with connection.begin(), open_events(file) as opened:
            stage(connection, _good(opened, file, complaints, progress))
    except EventError as problem:
        return FileReport(file, refused=1, problems=tuple(problem.lines))
    if not complaints.bad_lines:
        with connection.begin():
            for contradiction in settle_repeats(connection):
                complaints.add([_told(contradiction)])
    if complaints.bad_lines:
        return _refused(file, complaints)
    with database.writing_on(connection):
        counts = merge(connection)
    return FileReport(file, counts.read, counts.new, counts.updated, counts.unchanged)


def _good(opened: EventFile, file: str, complaints: Complaints, progress: Progress) -> Iterator[Numbered]:
    """The events of a file that is still good; behind a bad line it is only read for further complaints."""
    for place, numbered in enumerate(read_events(opened.stream, complaints)):
        if place % _EVENTS_A_TICK == 0:
            progress(file, opened.position(), opened.size)
        if not complaints.bad_lines:
            yield numbered


def _told(contradiction: Contradiction) -> Problem:
    where = f"lines {contradiction.first_line} and {contradiction.last_line}"
    return Problem(contradiction.first_line, "", f"{shown(contradiction.key)} {_CONTRADICTION} ({where})")


def _refused(file: str, complaints: Complaints) -> FileReport:
    said = tuple(f"{file} {problem}" for problem in complaints.said)
    return FileReport(
        file, read=complaints.lines, refused=complaints.bad_lines, problems=said, unsaid=complaints.unsaid
    )
