"""What was pushed in goes through the same door as a file: whole or not at all, and a repeat changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.events.ndjson import SAID
from bot.events.problems import KINDS
from bot.source import BodyError, Received
from bot.store.database import Database
from bot.store.merge import Counts, merge
from bot.store.parts import joined_with_stored
from bot.store.repeats import settle_repeats
from bot.store.staging import stage, staged_kinds, staged_services, staging
from bot.teams import Team, unowned


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """What it did, as an import tells it of a file, and what was well but is no event by the rules."""

    counts: Counts
    events: Mapping[str, int]
    unowned_services: tuple[str, ...]
    passed_over: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.counts.read,
            "new": self.counts.new,
            "updated": self.counts.updated,
            "unchanged": self.counts.unchanged,
            "events": dict(self.events),
            "unowned_services": list(self.unowned_services),
            "passed_over": dict(self.passed_over),
        }


def store_received(database: Database, received: Received, teams: Iterable[Team]) -> ReceivedReport:
    """Store it in one transaction; BodyError where it contradicts itself."""
    with staging(database) as connection:
        counts = (
            _joined(database, connection, received) if received.in_parts else _whole(database, connection, received)
        )
        with connection.begin():
            kinds = dict.fromkeys(KINDS, 0) | dict(staged_kinds(connection))
            services = unowned(staged_services(connection), teams)
    return ReceivedReport(counts, kinds, services, received.noted)


def _whole(database: Database, connection: Connection, received: Received) -> Counts:
    with connection.begin():
        stage(connection, received.events)
        contradictions = settle_repeats(connection)
    if contradictions:
        problems = [each.problem for each in contradictions[:SAID]]
        raise BodyError(problems, unsaid=len(contradictions) - len(problems))
    with database.writing_on(connection):
        return merge(connection)


def _joined(database: Database, connection: Connection, received: Received) -> Counts:
    """What is stored is read under the lock of the one writer: two parts that come at once are both kept."""
    with database.writing_on(connection):
        parts = (event for _, event in received.events)
        stage(connection, enumerate(joined_with_stored(connection, parts), start=1))
        return merge(connection)
