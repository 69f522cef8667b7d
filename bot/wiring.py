"""The composition root: settings -> a bot whose parts know nothing of each other's making."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from pydantic import SecretStr
from slack_bolt import App
from starlette.applications import Starlette

from bot.answers.memory import remembering
from bot.answers.teams import Roster
from bot.errors import StoreError
from bot.events_door import AT_ONCE, EventsDoor
from bot.receive import store_received
from bot.settings import Settings
from bot.settings.opening import receivers
from bot.slack.app import Dora, bolt_app
from bot.slack.delivery import Responder
from bot.slack.pool import WORKERS, AnswerPool
from bot.store.database import Database
from bot.store.schema import open_database, state_of
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
    pool, responder = AnswerPool(), Responder(settings.slack_api_url)
    slack = bolt_app(
        Dora(roster, remembering(database), clock, pool, responder),
        api_url=settings.slack_api_url,
        bot_token=_told(settings.bot_token),
        signing_secret=_told(settings.signing_secret),
    )
    ready = partial(_require_ready, database)
    door = EventsDoor(senders, lambda received: store_received(database, received, roster()), clock)
    web = web_app(ready, slack if http else None, _told(settings.signing_secret), door)
    return Bot(slack, web, database, pool, responder)


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _require_ready(database: Database) -> None:
    with database.reading() as connection:
        if state_of(connection) != "current":
            raise StoreError("The database's schema is not the one that this version needs; restart with that version.")
