"""Delivery: what is due in the outbox goes to Slack, and what became of it is recorded at once.

A post can't be repeated safely: Slack has no key that would keep it from standing there twice. So a row is claimed
before it is posted, and one whose end nobody recorded is looked up in the channel's history, never just posted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Protocol

from sqlalchemy import Connection

from bot.errors import StoreError
from bot.jobs.outcome import Found, Outcome
from bot.jobs.recording import Became, IfUnknown, held_until, record, record_found
from bot.jobs.undelivered import NOBODY, Managers, tell_of
from bot.store import outbox_endings as endings
from bot.store.database import Database
from bot.store.outbox_claims import Claim, again_at, channel_id, claim_due, claim_expired, park_what_is_too_late

# Slack has this long to answer; nothing is sent where the lease could end before. The rest is for clocks that differ.
ANSWER_SECONDS = 10.0
LEASE_SECONDS = 45.0
# https://docs.slack.dev/reference/methods/chat.postMessage: several hundred messages a minute in a workspace.
BETWEEN_POSTS_SECONDS = 0.2
# An answer of Slack takes some 0.3 s: these keep up with the pace.
SENDERS = 4
RECORD_AGAIN_SECONDS = 1.0
MOST_A_ROUND = 100


class Slack(Protocol):
    """Slack as delivery needs it: nothing is repeated by itself."""

    def send(self, claim: Claim) -> Outcome:
        """Post it, or change what it edits."""
        ...

    def find(self, claim: Claim, channel: str) -> Found:
        """Look for it in the channel's history, or in that of its thread."""
        ...


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, and when there is something to do next: nothing where nothing waits."""

    sent: int
    put_off: int
    parked: int
    unknown: int
    again_at: float | None


def deliver(
    database: Database,
    slack: Slack,
    now: Callable[[], float],
    *,
    if_unknown: IfUnknown = "park",
    managers: Managers = NOBODY,
    stop: Event | None = None,
    pause: Callable[[float], object] | None = None,
) -> Round:
    """One round: claim what is due, the longest waiting first and one a channel, and send it.

    Once `stop` is set nothing more is sent, and what was claimed is given back. `pause` waits so many seconds.
    """
    stop = stop or Event()
    work = _Work(database, slack, now, if_unknown, managers, stop, pause or stop.wait)
    became = work.done()
    with database.reading() as connection:
        following = again_at(connection)
    return Round(
        sent=became[Became.SENT],
        put_off=became[Became.PUT_OFF],
        parked=became[Became.PARKED],
        unknown=became[Became.UNKNOWN],
        again_at=following,
    )


@dataclass(slots=True)
class _Work:
    """One round, shared by the threads that send. Each holds one row at a time: no crash leaves more in doubt."""

    database: Database
    slack: Slack
    clock: Callable[[], float]
    if_unknown: IfUnknown
    managers: Managers
    stop: Event
    pause: Callable[[float], object]
    left: int = MOST_A_ROUND
    held_until: float = 0.0
    next_post: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def done(self) -> Counter[Became]:
        """What became of the rows. The write lock is taken only where there is something to do."""
        now = self.clock()
        with self.database.reading() as connection:
            first = again_at(connection)
        if first is None or first > now:
            return Counter()
        with self.database.writing() as connection:
            park_what_is_too_late(connection, now)
        with ThreadPoolExecutor(SENDERS, thread_name_prefix="deliver") as threads:
            workers = [threads.submit(self._one_after_another) for _ in range(SENDERS)]
        return sum((worker.result() for worker in workers), Counter[Became]())

    def _one_after_another(self) -> Counter[Became]:
        became = Counter[Became]()
        while self._goes_on() and (ended := self._next()):
            became[ended] += 1
        return became

    def _goes_on(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0 and self._may_send()

    def _next(self) -> Became | None:
        """Look up what is in doubt, then send what is due; nothing where there is neither."""
        with self.database.writing() as connection:
            now = self.clock()
            doubtful = claim_expired(connection, now, now + LEASE_SECONDS)
            due = None if doubtful else claim_due(connection, now, now + LEASE_SECONDS)
        if doubtful:
            return self._look_up(doubtful)
        return self._send(due) if due else None

    def _look_up(self, claim: Claim) -> Became:
        with self.database.reading() as connection:
            channel = channel_id(connection, claim.channel) or claim.channel
        found = self.slack.find(claim, channel)
        with self.database.writing() as connection:
            became = record_found(connection, claim, found, self.clock(), self.if_unknown)
            return self._told(connection, claim, became)

    def _send(self, claim: Claim) -> Became:
        self._wait_for_turn()
        if not (self._may_send() and self.clock() + ANSWER_SECONDS < claim.lease_until):
            return self._give_back(claim)
        outcome = self.slack.send(claim)
        self.held_until = max(self.held_until, held_until(outcome, self.clock()))
        return self._recorded(claim, outcome)

    def _recorded(self, claim: Claim, outcome: Outcome) -> Became:
        """Kept, as long as the lease lasts, also where the database is busy: a record that is lost leaves a doubt."""
        while True:
            try:
                with self.database.writing() as connection:
                    return self._told(connection, claim, record(connection, claim, outcome, self.clock()))
            except StoreError:
                if self.stop.is_set() or self.clock() >= claim.lease_until:
                    raise
            self.pause(RECORD_AGAIN_SECONDS)

    def _told(self, connection: Connection, claim: Claim, became: Became) -> Became:
        if became in (Became.PARKED, Became.UNKNOWN):
            tell_of(connection, claim, self.managers, self.clock())
        return became

    def _wait_for_turn(self) -> None:
        """One after the other, at the pace that the workspace allows."""
        with self.lock:
            now = self.clock()
            at = min(max(self.next_post, now), now + SENDERS * BETWEEN_POSTS_SECONDS)  # a clock may be set back
            self.next_post = at + BETWEEN_POSTS_SECONDS
        if at > now:
            self.pause(at - now)

    def _may_send(self) -> bool:
        return not self.stop.is_set() and self.clock() >= self.held_until

    def _give_back(self, claim: Claim) -> Became:
        with self.database.writing() as connection:
            endings.put_off(connection, claim, max(self.clock(), self.held_until))
        return Became.PUT_OFF
