"""What people said of events since a channel was told last, and the team as it would be known without that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot.answers.past import Past
from bot.answers.week_figures import week_figures
from bot.calendar import midnight
from bot.digest_report import Figures
from bot.events import BaseEvent, Event
from bot.events.verdict import Verdict, judged
from bot.metrics.measure import Metric
from bot.reading.picture import Picture
from bot.store.database import Database
from bot.store.events import team_event
from bot.store.told import Told
from bot.store.verdicts import EventName, Held, held_since
from bot.team_report import Mover
from bot.words import said_since as words

WEEK = timedelta(weeks=1)
# Before anybody said anything, in POSIX seconds.
EVER = 0.0
# What a verdict can move.
MOVED = (Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME)


@dataclass(frozen=True, slots=True)
class Turned:
    """An event as its source said it, with what people said of it when the channel was told, and now."""

    event: Event
    then: Verdict | None
    now: Verdict | None


@dataclass(frozen=True, slots=True)
class Said:
    """`without`: what was known of the team, but for what was said since; `first`: that is since ever."""

    turned: tuple[Turned, ...] = ()
    without: Past | None = None
    first: bool = False


def said_since(database: Database, known: Past, told: Told | None) -> Said:
    """Of the events that are known; all that was ever said of them where nothing was told yet.

    Raises:
        StoreError: when the database can't be read.
    """
    # What happened after the week that was told, nobody was told of with or without a verdict.
    end = EVER if told is None else midnight(told.period + WEEK, known.team.zone)
    at = EVER if told is None else told.at
    with database.reading() as connection:
        held = held_since(connection, min(end, at))
        turned = tuple(_turned(connection, known, held, at, end)) if held else ()
    if not turned:
        return Said()
    before = {each.event.key: _as_of(each.event, each.then) for each in turned}
    return Said(turned, known.with_events(before), first=told is None)


def _turned(
    connection: Connection, known: Past, held: Mapping[EventName, Iterable[Held]], at: float, end: float
) -> Iterator[Turned]:
    keys = {event.key for event in known.everything()}
    for name, spans in held.items():
        if name.key not in keys:
            continue
        event = team_event(connection, known.team, name)
        now = next((each.verdict for each in spans if each.until is None), None)
        then = next((each.verdict for each in spans if each.was_in_force(at)), None)
        if event is not None and event.at.timestamp() >= end:
            then = None
        if event is not None and now is not then:
            yield Turned(event, then, now)


def _as_of(event: Event, verdict: Verdict | None) -> BaseEvent:
    return event if verdict is None else judged(event, verdict)


def links(said: Said) -> tuple[Mover, ...]:
    """Each event with what is said of it now, and where it can be opened; pure."""
    return tuple(
        Mover(event=each.event.key, says=words.event(each.event, each.now), url=each.event.url) for each in said.turned
    )


def changes(said: Said, picture: Picture) -> tuple[str, ...]:
    """How much was said, and what it changed in the figures of four weeks; pure."""
    if said.without is None:
        return ()
    now, before = week_figures(picture), week_figures(said.without.as_of(picture.facts.as_of))
    moved = tuple(_moved(metric, now[metric.value], before[metric.value]) for metric in MOVED)
    changed = tuple(line for line in moved if line is not None)
    return (words.counted([each.now for each in said.turned], first=said.first), *(changed or (words.UNMOVED,)))


def _moved(metric: Metric, now: Figures, before: Figures) -> str | None:
    if now.four_weeks == before.four_weeks:
        return None
    return words.moved(
        metric,
        *(
            (each.four_weeks.value, each.four_weeks.n, each.four_weeks.failed, each.four_weeks.why)
            for each in (now, before)
        ),
    )
