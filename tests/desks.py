"""A workspace's bot, as the journeys set it up: one team, and Slack at the stand-in's address."""

from __future__ import annotations

from pydantic import SecretStr

from bot.demo.slack_standin import SlackStandIn
from bot.schedule import Subscription
from bot.settings import Settings
from bot.teams import Team


def settings_for(slack: SlackStandIn, database_url: str, team: Team, *subscriptions: Subscription) -> Settings:
    workspace = slack.workspace
    return Settings(
        database_url=database_url,
        teams=(team,),
        subscriptions=subscriptions,
        bot_token=SecretStr(workspace.bot_token),
        app_token=SecretStr(workspace.app_token),
        signing_secret=SecretStr(workspace.signing_secret),
        slack_api_url=slack.api_url,
        host="127.0.0.1",
        port=0,
    )
