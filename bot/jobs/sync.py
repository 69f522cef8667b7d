"""A sync: all streams of all sources, the newest weeks first and in step, each page stored when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.ingest import drop_stream, take_over
from bot.jobs.sync_plan import Plan, Progress, never, silent
from bot.jobs.sync_source import SourcePull
from bot.jobs.sync_stream import StreamPull
from bot.source import Source
from bot.store.aside import reasons_kept_aside
from bot.store.database import Database
from bot.store.staging import staging
from bot.store.streams import events_of, note_configured, stream_states
from bot.stream_state import StreamState
from bot.sync_report import LeftReport, SourceReport, StreamReport, SyncReport
from bot.words.sync import why_taken_back

HISTORY = timedelta(weeks=104)
_AT_ONCE = 4  # sources; each has one thread and asks one thing after the other
_STRAGGLER_SECONDS = 120.0  # how long the others wait for a slow one, once; from then on they go on without it


def sync(
    database: Database,
    openers: Mapping[str, Callable[[], Source]],
    *,
    now: Callable[[], datetime],
    since: datetime,
    only: str | None = None,
    rebuild: bool = False,
    deadline_seconds: float | None = None,
    stopped: Callable[[], bool] = never,
    progress: Progress = silent,
) -> SyncReport:
    """Read every source, or `only` one of them, from where the last sync ended; never raises what a source raises."""
    plan = Plan(
        database=database,
        now=now,
        until=now(),
        since=since,
        rebuild=rebuild,
        deadline_seconds=deadline_seconds,
        stopped=stopped,
        progress=progress,
        names=frozenset(openers),
    )
    with database.writing() as connection:
        note_configured(connection, plan.names)
    pulls = [SourcePull(name, opener, plan) for name, opener in openers.items() if only in (None, name)]
    _read_in_step(pulls, plan)
    with staging(database) as connection:
        left = _left(connection, plan, pulls, everything=only is None)
        sources = tuple(_source_report(connection, pull) for pull in pulls)
    bug = next((pull.cause for pull in pulls if pull.cause), None)
    return SyncReport(sources=sources, left=left, is_stopped=stopped(), bug=bug)


def _read_in_step(pulls: Iterable[SourcePull], plan: Plan) -> None:
    """Round by round: a source begins its next slice when the others have read theirs, or take too long."""
    ready, running = list(pulls), dict[Future[None], SourcePull]()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        try:
            while ready or running:
                begun = {threads.submit(pull.round): pull for pull in ready}
                running |= begun
                wait(begun, timeout=_STRAGGLER_SECONDS)
                ended = [(each, running.pop(each)) for each in wait(running, return_when=FIRST_COMPLETED).done]
                for each, _ in ended:
                    each.result()
                ready = [pull for _, pull in ended if not pull.is_finished]
        except BaseException:
            plan.abandoned.set()
            raise


def _left(
    connection: Connection, plan: Plan, pulls: Iterable[SourcePull], *, everything: bool
) -> tuple[LeftReport, ...]:
    """Streams that no source has any more, by source; a rebuild takes back what they alone yielded.

    One that yielded nothing, such as a repository whose name was mistyped, is forgotten without a word.
    """
    by_name = {pull.name: pull for pull in pulls}
    all_read = everything and all(pull.is_complete for pull in by_name.values())
    with connection.begin():
        stored = stream_states(connection)
    found: dict[str, list[StreamState]] = {}
    for state in stored:
        if (state.source not in plan.names and everything) or _is_unlisted(by_name.get(state.source), state):
            found.setdefault(state.source, []).append(state)
    moved = [report for states in found.values() for report in _moved(connection, plan, states, stored)]
    reports = (
        _left_report(connection, plan, states, drop=plan.rebuild and _is_certain(by_name.get(name), all_read=all_read))
        for name, states in found.items()
    )
    return (*moved, *(report for report in reports if report.streams))


def _is_unlisted(pull: SourcePull | None, state: StreamState) -> bool:
    return pull is not None and pull.is_listed and state.stream not in {each.stream.name for each in pull.streams}


def _is_certain(pull: SourcePull | None, *, all_read: bool) -> bool:
    """Whether all is read that could still yield the same events."""
    return all_read if pull is None else pull.is_complete


def _left_report(connection: Connection, plan: Plan, states: list[StreamState], *, drop: bool) -> LeftReport:
    with connection.begin():
        yielded = {state: events_of(connection, state) for state in states}
    taken_back = sum(drop_stream(plan.database, connection, state) for state in states if drop or not yielded[state])
    streams = tuple(state.stream for state, events in yielded.items() if events)
    events = taken_back if drop else sum(yielded.values())
    return LeftReport(source=states[0].source, streams=streams, events=events, is_taken_back=drop)


def _moved(
    connection: Connection, plan: Plan, states: Iterable[StreamState], stored: Iterable[StreamState]
) -> Iterator[LeftReport]:
    """What another source of the same kind yields now: it is the same one, and its events are named after it."""
    heirs: dict[tuple[str, str], list[StreamState]] = {}
    for state in stored:
        if state.source in plan.names:
            heirs.setdefault(_alike(state), []).append(state)
    moved: dict[tuple[str, str], dict[str, int]] = {}
    for state in states:
        for heir in heirs.get(_alike(state), ()):
            events = take_over(plan.database, connection, state, heir) if heir.source != state.source else 0
            if events:
                moved.setdefault((state.source, heir.source), {})[state.stream] = events
    for (source, now_called), events_of_streams in moved.items():
        events = sum(events_of_streams.values())
        yield LeftReport(source=source, streams=tuple(events_of_streams), events=events, moved_to=now_called)


def _alike(state: StreamState) -> tuple[str, str]:
    """A list by its name, and the kind of system that it is of."""
    return state.event_source.partition(":")[0], state.stream


def _source_report(connection: Connection, pull: SourcePull) -> SourceReport:
    return SourceReport(
        source=pull.name,
        streams=tuple(_stream_report(connection, each) for each in pull.streams),
        requests=pull.requests,
        failure=pull.failure,
        is_late=pull.is_late,
    )


def _stream_report(connection: Connection, pull: StreamPull) -> StreamReport:
    tally, state = pull.tally, pull.state
    with connection.begin():
        aside = reasons_kept_aside(connection, state)
    return StreamReport(
        stream=state.stream,
        kinds=state.kinds,
        new=tally.new,
        updated=tally.updated,
        unchanged=tally.unchanged,
        retracted=tally.taken_back,
        why_retracted=why_taken_back(tally.taken_back, pull.rule_before, state.rule),
        set_aside=aside,
        noted=tally.noted,
        requests=pull.requests,
        history_to=state.reached,
        failure=pull.failure,
    )
