"""The composition root: settings -> a bot whose parts know nothing of each other's making."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from pydantic import SecretStr
from slack_bolt import App
from starlette.applications import Starlette

from bot.answers.digest import digest
from bot.answers.memory import remembering
from bot.answers.teams import Roster
from bot.blocks.buttons import without_rows
from bot.blocks.digest import digest_messages
from bot.blocks.message import Message
from bot.errors import StoreError
from bot.events_door import AT_ONCE, EventsDoor
from bot.jobs.checks import failing
from bot.receive import store_received
from bot.schedule import Subscription
from bot.settings import Settings
from bot.settings.opening import name_of, receivers
from bot.slack.actions import Buttons
from bot.slack.app import Dora, bolt_app
from bot.slack.delivery import Responder
from bot.slack.membership import is_member
from bot.slack.pool import WORKERS, AnswerPool
from bot.slack.replying import Replies
from bot.slack.subscribing import Subscribing
from bot.slack.web_api import web_client
from bot.slack.windows import Windows, shows
from bot.store.database import Database
from bot.store.schema import open_database, state_of
from bot.teams import Team
from bot.web import web_app

# One a thread that answers or stores what is sent, and some for those that ask whether all is well.
_CONNECTIONS = WORKERS + AT_ONCE + 2


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that answers, ready to be served."""

    slack: App
    web: Starlette
    database: Database
    pool: AnswerPool
    responder: Responder

    def close(self) -> None:
        """Finish the answers that were promised, then let go of the database."""
        self.responder.close()
        self.pool.drain()
        self.database.close()


def utc_now() -> datetime:
    return datetime.now(UTC)


def wire(settings: Settings, *, http: bool, clock: Callable[[], datetime] = utc_now) -> Bot:
    """Put the parts together; with `http`, Slack's requests come through the web side too."""
    senders = tuple(receivers(settings).values())
    database = open_database(settings.database_url, connections=_CONNECTIONS)
    roster = Roster(database, settings.teams)
    replies = Replies(AnswerPool(), Responder(settings.slack_api_url))
    slack = _slack_app(settings, database, roster, replies, clock)
    ready = partial(_failing, database, frozenset(map(name_of, settings.sources)))
    door = EventsDoor(senders, lambda received: store_received(database, received, roster()), clock)
    web = web_app(ready, slack if http else None, _told(settings.signing_secret), door)
    return Bot(slack, web, database, replies.pool, replies.responder)


def _slack_app(
    settings: Settings, database: Database, roster: Roster, replies: Replies, clock: Callable[[], datetime]
) -> App:
    client = web_client(_told(settings.bot_token), settings.slack_api_url)
    subscribing = Subscribing(
        database, settings.subscriptions, roster, partial(is_member, client), partial(_last_week, database)
    )
    windows = Windows(database, roster, clock, replies, subscribing, partial(shows, client))
    answer = remembering(database)
    return bolt_app(
        Dora(roster, answer, clock, replies, subscribing),
        Buttons(database, roster, answer, clock, replies, subscribing, windows),
        api_url=settings.slack_api_url,
        bot_token=_told(settings.bot_token),
        signing_secret=_told(settings.signing_secret),
    )


def _last_week(database: Database, team: Team, wanted: Subscription | None, now: datetime) -> tuple[Message, ...]:
    """What a channel would have been told of it."""
    channel, zone = (wanted.channel, wanted.slot.zone) if wanted else (team.channel, team.zone)
    main, thread = digest_messages(digest(database, team, now, channel=channel, zone=zone))
    return (without_rows(main), *thread)


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _failing(database: Database, sources: Collection[str]) -> Sequence[str]:
    """The jobs that fail; StoreError where the bot can't serve at all."""
    with database.reading() as connection:
        if state_of(connection) != "current":
            raise StoreError("The database's schema is not the one that this version needs; restart with that version.")
        return failing(connection, sources)
