"""One door for events: a file or a page is checked whole before the store sees any of it, and is kept whole or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import EventError
from bot.event_file import EventFile, open_events
from bot.events import Event
from bot.events.ndjson import SAID, Complaints, Numbered, read_events
from bot.events.problems import KINDS
from bot.import_report import FileReport, ImportReport
from bot.source import Page
from bot.store.aside import drop_older_reading, keep_aside
from bot.store.database import Database
from bot.store.merge import Counts, merge
from bot.store.repeats import settle_repeats
from bot.store.staging import empty, stage, staged_kinds, staged_services, staging
from bot.store.streams import forget_stream, save_stream
from bot.store.yielded import note_yielded, take_back_all, take_back_gone, take_back_older_reading, take_back_same
from bot.stream_state import StreamState
from bot.teams import Team, unowned

Progress = Callable[[str, int, int], None]  # file, bytes read, bytes in all (0: not known)

_EVENTS_A_TICK = 1_000


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
            raise EventError(*(each.says for each in contradictions[:SAID]))
        with database.writing_on(connection):
            return merge(connection)


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What a page of a stream did, and how many events it took back."""

    merged: Counts
    taken_back: int


def ingest_page(
    database: Database, connection: Connection, before: StreamState, state: StreamState, page: Page, *, at: datetime
) -> PageCounts:
    """Store a page, and in the same transaction `state`, which is that of its stream after it.

    Where another sync has moved the stream from where it was before, nothing is stored: SourceError. A page never
    contradicts itself: of several versions of one event the newest counts.
    """
    with connection.begin():
        empty(connection)
        stage(connection, enumerate(_newest_of_each(page.events), start=1))
    with database.writing_on(connection):
        merged = Counts()
        if page.events:
            merged = merge(connection)
            note_yielded(connection, state)
        keep_aside(connection, state, page, at)
        taken_back = take_back_gone(connection, state, page.gone)
        save_stream(connection, state, before)
    return PageCounts(merged, taken_back)


def settle_reading(database: Database, connection: Connection, state: StreamState) -> int:
    """Take back what only an earlier reading of the window yielded, some at a time; how many counted until now.

    Of a window that is read again in part, that part: no report counts an event by two rules.
    """
    taken_back, released = 0, 1
    while released:
        with database.writing_on(connection):
            released, retracted = take_back_older_reading(connection, state)
            taken_back += retracted
            if not released and state.is_read_again_whole:
                drop_older_reading(connection, state)
                save_stream(connection, state.settled(), state)
    return taken_back


def drop_stream(database: Database, connection: Connection, state: StreamState) -> int:
    """Take back what only a stream yielded that no settings name any more, and forget it."""
    taken_back, released = 0, 1
    while released:
        with database.writing_on(connection):
            released, retracted = take_back_all(connection, state)
            taken_back += retracted
            if not released:
                forget_stream(connection, state)
    return taken_back


def take_over(database: Database, connection: Connection, state: StreamState, heir: StreamState) -> int:
    """Take back what another stream yields too, because its source is the same one under another name; how many."""
    taken_back, released = 0, 1
    while released:
        with database.writing_on(connection):
            released, retracted = take_back_same(connection, state, heir)
            taken_back += retracted
    return taken_back


def _newest_of_each(events: Iterable[Event]) -> Iterable[Event]:
    """By `updated_at`; where it says nothing, the last one counts."""
    newest: dict[str, Event] = {}
    for event in events:
        other = newest.get(event.key)
        if other is None or _is_not_older(event, other):
            newest[event.key] = event
    return newest.values()


def _is_not_older(event: Event, other: Event) -> bool:
    if event.updated_at is None or other.updated_at is None:
        return event.updated_at is not None or other.updated_at is None
    return event.updated_at >= other.updated_at


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
                complaints.add([contradiction.problem])
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


def _refused(file: str, complaints: Complaints) -> FileReport:
    said = tuple(f"{file} {problem}" for problem in complaints.said)
    return FileReport(
        file, read=complaints.lines, refused=complaints.bad_lines, problems=said, unsaid=complaints.unsaid
    )
