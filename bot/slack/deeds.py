"""What a press did already, whichever process took it: kept in the ledger, so that a second one does nothing again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.blocks import answers
from bot.errors import StoreError
from bot.slack.delivery import Said
from bot.slack.pressed import Pressed
from bot.slack.replying import Made
from bot.store.database import Database
from bot.store.ledger import Claim, Turn, claim, finish, give_back
from bot.teams import Team
from bot.words.subscriptions import ALREADY

# What was begun by a process that died may be done again after that; making and posting it takes seconds.
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Deeds:
    """Of each message and team an act is done once, as long as the ledger keeps it.

    One that came to nothing may be tried again.
    """

    database: Database
    clock: Callable[[], datetime]

    def once(self, press: Pressed, team: Team, make: Callable[[], Made]) -> Made:
        """Have it made, unless it was; the answer says so then."""
        turn = Turn("press", f"{press.place.id} {press.message} {press.act} {team.key}", "")
        with self.database.writing() as connection:
            held = claim(connection, turn, self._now(), SECONDS)
        if held is None:
            return Made((Said(answers.sentence(ALREADY)),))
        try:
            made = make()
        except BaseException:
            self._end(held, done=False)
            raise
        return replace(made, ended=partial(self._end, held))

    def _end(self, held: Claim, *, done: bool) -> None:
        # Where it can't be kept, or came too late, the claim has an end of its own.
        with suppress(StoreError), self.database.writing() as connection:
            if done:
                finish(connection, held, self._now())
            else:
                give_back(connection, held)

    def _now(self) -> float:
        return self.clock().timestamp()
