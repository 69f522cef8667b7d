"""A process that delivers, and is killed at a chosen moment of it."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context
from typing import Any

from bot.demo.slack_standin import SlackStandIn
from bot.jobs import deliver as delivering
from bot.jobs.outcome import Found, Outcome
from bot.slack.poster import Poster
from bot.store.database import Database
from bot.store.outbox_claims import Claim
from tests.integration.outbox_rounds import poster

# In the order of a message's way.
MOMENTS = ("claimed", "posted", "recording", "recorded")

_processes = get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class Dying:
    """Slack, for a process that is killed at the nth time that it comes to a moment."""

    def __init__(self, slack: Poster, moment: str, nth: int) -> None:
        self._slack, self._moment, self._left = slack, moment, nth

    def send(self, claim: Claim) -> Outcome:
        self.reach("claimed")
        outcome = self._slack.send(claim)
        self.reach("posted")
        return outcome

    def find(self, claim: Claim, channel: str) -> Found:
        return self._slack.find(claim, channel)

    def reach(self, moment: str) -> None:
        self._left -= moment == self._moment
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def deliver_and_die(database: Database, standing: SlackStandIn, now: float, moment: str, nth: int = 1) -> bool:
    """One round in a process of its own; whether it was killed."""
    url = database.url.render_as_string(hide_password=False)
    dying = Dying(poster(standing), moment, nth)
    process = _processes.Process(target=_deliver, args=(url, dying, now))
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _deliver(url: str, dying: Dying, now: float) -> None:
    record = delivering.record

    def record_and_die(*given: Any) -> object:
        became = record(*given)
        dying.reach("recording")
        return became

    delivering.record = record_and_die
    delivering.deliver(Database(url), dying, lambda: now, pause=lambda _: None)
    dying.reach("recorded")
