"""What the stand-in's endpoints share."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.demo.slack_standin.record import Record
from bot.demo.slack_standin.script import Script
from bot.demo.slack_standin.workspace import Channel, Workspace

# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
MOST_RESPONSES = 5
RESPONSE_SECONDS = 30 * 60
# https://docs.slack.dev/surfaces/modals
TRIGGER_SECONDS = 3.0


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


@dataclass(frozen=True)
class Window:
    """A modal as an app opened it, by the trigger of a press; the view has the id that Slack gave it."""

    trigger_id: str
    view: dict[str, Any]

    @property
    def id(self) -> str:
        return self.view["id"]


@dataclass
class State:
    workspace: Workspace
    clock: Callable[[], float]
    record: Record
    script: Script = field(default_factory=Script)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])
    triggers: dict[str, float] = field(default_factory=dict[str, float])
    windows: list[Window] = field(default_factory=list[Window])
    opened: threading.Condition = field(default_factory=threading.Condition)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open_trigger(self) -> str:
        """What a press carries, so that the app may open a window."""
        trigger = f"{next(self.numbers)}.stand-in"
        self.triggers[trigger] = self.clock()
        return trigger

    def open_window(self, trigger: str, view: dict[str, Any]) -> Window:
        with self.opened:
            window = Window(trigger, {**view, "id": f"V{next(self.numbers):010}"})
            self.windows.append(window)
            self.opened.notify_all()
            return window

    def window_by(self, trigger: str) -> Window | None:
        """The window that an app opened by this trigger."""
        with self.opened:
            return next((window for window in self.windows if window.trigger_id == trigger), None)

    def answered(self, trigger: str, response_url: str) -> bool:
        """Whether the app opens a window or answers at the response_url; waits until it does, or it is too late."""
        address = self.response_urls[response_url.rpartition("/")[2]]
        with self.opened:
            self.opened.wait_for(lambda: address.used or self.window_by(trigger), timeout=TRIGGER_SECONDS)
            return address.used > 0 or self.window_by(trigger) is not None

    def use(self, address: ResponseUrl) -> None:
        with self.opened:
            address.used += 1
            self.opened.notify_all()

    def open_response_url(self, channel: Channel, replaces: str = "") -> str:
        """The path of a new response_url for a command typed, or a button pressed, in this channel."""
        key = f"{next(self.numbers):012}"
        self.response_urls[key] = ResponseUrl(channel, self.clock(), replaces)
        return f"/commands/{self.workspace.team_id}/{key}"
