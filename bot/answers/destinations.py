"""Where a team's digest goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.schedule import Kind, Subscription, composed
from bot.store.database import Database
from bot.store.subscriptions import kept_subscriptions
from bot.teams import Team


def digest_channels(database: Database, configured: Iterable[Subscription], team: Team) -> Sequence[Subscription]:
    """By the settings and what was set in Slack, which wins.

    Raises:
        StoreError: when the database can't be read.
    """
    with database.reading() as connection:
        every = composed(configured, kept_subscriptions(connection, [team]))
    return [each for each in every if each.team == team.key and Kind.DIGEST in each.kinds]
