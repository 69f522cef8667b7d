"""Slack, as delivery needs it."""

from __future__ import annotations

from bot.jobs.outcome import Found, Outcome
from bot.slack.history import find
from bot.slack.posting import send
from bot.slack.web_api import web_client
from bot.store.outbox_claims import Claim


class Poster:
    """Posts as the bot, and looks up what it posted. Several threads may use one."""

    def __init__(self, token: str, api_url: str) -> None:
        self._client = web_client(token, api_url)

    def send(self, claim: Claim) -> Outcome:
        return send(self._client, claim)

    def find(self, claim: Claim, channel: str) -> Found:
        return find(self._client, claim, channel)
