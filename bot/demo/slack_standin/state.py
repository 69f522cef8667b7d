"""What the stand-in's endpoints share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.demo.slack_standin.record import Record
from bot.demo.slack_standin.script import Script
from bot.demo.slack_standin.workspace import Channel, Workspace

# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
MOST_RESPONSES = 5
RESPONSE_SECONDS = 30 * 60


@dataclass
class ResponseUrl:
    """Where an app may answer a command or a press: five times within half an hour.

    `replaces` is the ts of the message whose button was pressed.
    """

    channel: Channel
    opened_at: float
    replaces: str = ""
    used: int = 0

    def why_not(self, now: float) -> str | None:
        """Slack's name for why it takes no more, or none."""
        if now - self.opened_at > RESPONSE_SECONDS:
            return "expired_url"
        return "used_url" if self.used >= MOST_RESPONSES else None


@dataclass
class State:
    workspace: Workspace
    clock: Callable[[], float]
    record: Record
    script: Script = field(default_factory=Script)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open_response_url(self, channel: Channel, replaces: str = "") -> str:
        """The path of a new response_url for a command typed, or a button pressed, in this channel."""
        key = f"{next(self.numbers):012}"
        self.response_urls[key] = ResponseUrl(channel, self.clock(), replaces)
        return f"/commands/{self.workspace.team_id}/{key}"
