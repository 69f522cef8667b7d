"""What was decided in Slack, as checks of doctor: it wins over the settings and over the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from bot.doctor_report import Check
from bot.store.subscriptions import kept_subscriptions
from bot.store.verdicts import newest_in_force
from bot.teams import Team
from bot.words import doctor_slack as words


def decided(connection: Connection, teams: Iterable[Team]) -> Iterator[Check]:
    """One line a kind of decision; nothing where nothing was decided."""
    if kept := kept_subscriptions(connection, teams):
        yield Check(about="channels", state="ok", says=words.subscribed(kept))
    count, newest = newest_in_force(connection, words.MOST)
    if count:
        named = [words.verdict(each.event.kind, each.event.id, each.verdict, each.by, each.at) for each in newest]
        yield Check(about="verdicts", state="ok", says=words.judged(count, named))
