"""Each source, asked whether it works, beside how far it has been read: what `quintet doctor` says of sources."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.doctor_report import Check
from bot.errors import CredentialError, SourceError
from bot.metrics.feeds import Feed
from bot.metrics.reach import SILENT_AFTER
from bot.source import Source, Stream
from bot.store.condition import Aside
from bot.stream_state import StreamState
from bot.teams import Team, unowned
from bot.words import doctor
from bot.words.sync import what_changed

_REASONS = 5  # for items that could not be read, of one source


@dataclass(frozen=True, slots=True)
class Asked:
    """What a source answered: its sentence and its lists as they are now, or why it can't be read."""

    name: str
    says: str = ""
    requests: int = 0
    streams: tuple[Stream, ...] = ()
    failure: str | None = None
    do: str | None = None
    """What mends the failure."""
    is_complete: bool = True
    """Whether it sees all that the settings ask for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database knows of sources."""

    streams: Sequence[StreamState] = ()
    aside: Sequence[Aside] = ()
    services: Mapping[str, frozenset[str]] | None = None
    """By source of events, those that it ever spoke of."""


def asked(name: str, opener: Callable[[], Source]) -> Asked:
    """Open a source, probe it and list its streams; whatever fails is its answer."""
    try:
        source = opener()
        probe = source.probe()
        streams = tuple(source.streams())
        return Asked(name, probe.says, source.requests, streams, is_complete=probe.is_complete)
    except CredentialError as problem:
        return Asked(name, failure=str(problem), do=doctor.SET_CREDENTIAL)
    except SourceError as problem:
        return Asked(name, failure=str(problem), do=doctor.CORRECT)
    except Exception as bug:  # noqa: BLE001  whatever one source does, the others are asked
        return Asked(name, failure=doctor.broken(type(bug).__name__), do=doctor.SEE_WHERE)


def feeds(answers: Iterable[Asked], stored: Stored) -> tuple[Feed, ...]:
    """Every list that there is, as it was read or as its source offers it now."""
    read = {(state.source, state.stream) for state in stored.streams}
    every = tuple(answers)
    return (
        *map(_read, _present(every, stored.streams)),
        *(
            _offered(each.name, stream)
            for each in every
            for stream in each.streams
            if (each.name, stream.name) not in read
        ),
    )


def _read(state: StreamState) -> Feed:
    return Feed(
        source=state.source,
        stream=state.stream,
        event_source=state.event_source,
        kinds=frozenset(state.kinds),
        covers=state.covers,
        to=state.since.timestamp(),
        covers_from=_seconds(state.covers_from),
        reached=_seconds(state.reached),
        synced_at=_seconds(state.synced_at),
    )


def _offered(source: str, stream: Stream) -> Feed:
    return Feed(
        source=source,
        stream=stream.name,
        event_source=stream.source,
        kinds=frozenset(stream.kinds),
        covers=stream.covers,
        to=0.0,
        covers_from=_seconds(stream.covers_from),
    )


def checks(
    answers: Sequence[Asked], stored: Stored, fed: Iterable[Feed], teams: Sequence[Team], now: datetime
) -> Iterator[Check]:
    """Source by source; `fed` are the lists that some team gets something from."""
    every = feeds(answers, stored)
    used = frozenset(fed)
    for each in answers:
        about = f"source {doctor.listed([each.name])}"
        yield _answered(about, each)
        theirs = _present([each], stored.streams)
        yield from _condition(about, theirs, now, failed=each.failure is not None)
        yield from _read_otherwise(about, each, theirs)
        yield from _kept_aside(about, [aside for aside in stored.aside if aside.source == each.name])
        lists = [feed for feed in every if feed.source == each.name]
        yield from _owners(about, lists, used, stored, teams) if teams else ()
        yield from _left([state for state in stored.streams if state.source == each.name and state not in theirs])
    known = {each.name for each in answers}
    yield from _left([state for state in stored.streams if state.source not in known])
    if teams:
        pulled = {*(feed.event_source for feed in every), *(state.event_source for state in stored.streams)}
        yield from _sent(stored, pulled, teams)


def _sent(stored: Stored, read: Container[str], teams: Sequence[Team]) -> Iterator[Check]:
    """What was posted or imported, and belongs to nobody."""
    lonely = {
        source: services
        for source, heard in (stored.services or {}).items()
        if source not in read and (services := unowned(heard, teams))
    }
    if lonely:
        services = sorted({service for each in lonely.values() for service in each})
        says = doctor.unowned_of(services, sorted(lonely))
        yield Check(about="events that were sent or imported", state="note", says=says, do=doctor.UNOWNED)


def _answered(about: str, each: Asked) -> Check:
    if each.failure is not None:
        return Check(about=about, state="mend", says=doctor.failed(each.name, each.failure), do=each.do)
    says = doctor.answered(each.says, each.requests)
    if each.is_complete:
        return Check(about=about, state="ok", says=says)
    return Check(about=about, state="mend", says=says, do=doctor.CORRECT)


def _condition(about: str, states: Sequence[StreamState], now: datetime, *, failed: bool) -> Iterator[Check]:
    """How far its lists are read, and which of them fail; `failed`: it does not even answer."""
    read = [state for state in states if state.synced_at is not None]
    if not read and not failed:
        yield Check(about=about, state="note", says=doctor.NEVER_READ[0], do=doctor.NEVER_READ[1])
    if read:
        latest = max(_seconds(state.synced_at) or 0.0 for state in read)
        yield Check(about=about, state="ok", says=doctor.read(len(read), latest))
    yield from _loaded(about, states)
    failures: dict[str, list[str]] = {}
    for state in states:
        if state.failure:
            told = state.failure.removeprefix(f"{state.source} {state.stream}: ").removeprefix(f"{state.source}: ")
            failures.setdefault(told, []).append(state.stream)
    for reason, streams in failures.items():
        yield Check(about=about, state="mend", says=doctor.failed_at_sync(streams, reason), do=doctor.ASK_AGAIN)
    yield from _late(about, [state for state in states if not state.failure], now)


def _loaded(about: str, states: Sequence[StreamState]) -> Iterator[Check]:
    reached = {state.stream: (at.timestamp(), state.since.timestamp()) for state in states if (at := state.reached)}
    if reached:
        behind = [stream for stream, (at, to) in reached.items() if at > to]
        least, to = max(at for at, _ in reached.values()), min(to for _, to in reached.values())
        says = doctor.loaded(least, to, len(behind), len(reached))
        yield Check(about=about, state="note" if behind else "ok", says=says, do=doctor.GOES_ON if behind else None)


def _read_otherwise(about: str, each: Asked, states: Sequence[StreamState]) -> Iterator[Check]:
    """Lists whose settings changed: what is stored of them is still by the earlier ones."""
    offered = {stream.name: stream.rule for stream in each.streams}
    changed: dict[str, list[str]] = {}
    for state in states:
        if (rule := offered.get(state.stream, state.rule)) != state.rule:
            changed.setdefault(what_changed(state.rule, rule), []).append(state.stream)
    for what, streams in changed.items():
        yield Check(about=about, state="note", says=doctor.changed(what, streams), do=doctor.READ_AGAIN)


def _late(about: str, states: Sequence[StreamState], now: datetime) -> Iterator[Check]:
    """Lists that nothing keeps from being read, and that were not for days."""
    at = now.timestamp()
    late = [state for state in states if state.synced_at and at - state.synced_at.timestamp() > SILENT_AFTER]
    if late:
        since = min(state.synced_at.timestamp() for state in late if state.synced_at)
        says = doctor.late([state.stream for state in late], since)
        yield Check(about=about, state="mend", says=says, do=doctor.WHY_LATE)


def _kept_aside(about: str, kept: Sequence[Aside]) -> Iterator[Check]:
    """The most frequent reasons; some hold what was odd, so that each item has one of its own."""
    for aside in kept[:_REASONS]:
        says = doctor.kept_aside(aside.count, aside.reason, aside.examples)
        yield Check(about=about, state="note", says=says, do=doctor.KEPT_ASIDE)
    if rest := kept[_REASONS:]:
        says = doctor.more_kept_aside(sum(aside.count for aside in rest), len(rest))
        yield Check(about=about, state="note", says=says, do=doctor.KEPT_ASIDE)


def _owners(
    about: str, theirs: Sequence[Feed], used: frozenset[Feed], stored: Stored, teams: Sequence[Team]
) -> Iterator[Check]:
    """Whether what it tells reaches a team; one that told nothing yet, and may tell anything, is given time."""
    heard = {service for feed in theirs for service in (stored.services or {}).get(feed.event_source, ())}
    if theirs and not used & frozenset(theirs):
        says = doctor.without_owner([feed.stream for feed in theirs])
        speaks = bool(heard) or any(feed.names_somebody for feed in theirs)
        yield Check(about=about, state="mend" if speaks else "note", says=says, do=doctor.NO_OWNER)
    named = {service for feed in theirs for service in feed.covers.services if not set("*?[") & set(service)}
    if lonely := unowned(heard | named, teams):
        yield Check(about=about, state="note", says=doctor.unowned(lonely), do=doctor.UNOWNED)


def _present(answers: Iterable[Asked], states: Iterable[StreamState]) -> list[StreamState]:
    """Those of which their source offers the list now, or did so when it could last say."""
    every = tuple(answers)
    offered = {(each.name, stream.name) for each in every for stream in each.streams}
    mute = {each.name for each in every if each.failure is not None}
    return [
        state
        for state in states
        if (state.source, state.stream) in offered or (state.is_listed and state.source in mute)
    ]


def _left(states: Sequence[StreamState]) -> Iterator[Check]:
    """What was read once, and neither the settings nor a source leads to any more."""
    left: dict[str, list[str]] = {}
    for state in states:
        left.setdefault(state.source, []).append(state.stream)
    for source, streams in left.items():
        about = f"source {doctor.listed([source])}"
        yield Check(about=about, state="note", says=doctor.left(streams), do=doctor.LEFT)


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
