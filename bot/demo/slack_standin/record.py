"""What was posted and what was refused, in order, for tests and the page to read."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.demo.slack_standin.shape import Json

# What would notify people if Slack drew it: https://docs.slack.dev/messaging/formatting-message-text
_BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Message:
    """A message that Slack took; `route` says how: ack, response_url or a method of the Web API.

    An update is a message of its own, with the `ts` of the one that it replaces.
    """

    route: str
    channel: str
    ts: str
    text: str
    blocks: tuple[dict[str, Any], ...] = ()
    ephemeral: bool = False
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def broadcasts(self) -> tuple[str, ...]:
        """The groups that this message would notify: channel, here or everyone."""
        found = _BROADCAST.findall(self.text)
        for block in self.blocks:
            found += _broadcasts_in(block)
        return tuple(found)


def standing(messages: Iterable[Message]) -> list[Message]:
    """As they stand in their channels: an update takes its message's place, and stays in its thread."""
    newest: dict[str, Message] = {}
    for message in messages:
        before = newest.get(message.ts, message)
        newest[message.ts] = replace(message, thread_ts=before.thread_ts)
    return list(newest.values())


@dataclass(frozen=True)
class Refusal:
    """A message that Slack refused, with Slack's name for the reason."""

    route: str
    channel: str
    error: str
    messages: tuple[str, ...]
    text: Json
    blocks: Json


@dataclass
class Record:
    """Grows as messages come, from any thread; readers get copies."""

    clock: Callable[[], float]
    _messages: list[Message] = field(default_factory=list[Message])
    _refusals: list[Refusal] = field(default_factory=list[Refusal])
    _places: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _posted: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def messages(self) -> tuple[Message, ...]:
        with self._changed:
            return tuple(self._messages)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        with self._changed:
            return tuple(self._refusals)

    def keep(self, message: Message) -> Message:
        """Keep a message, with its own time stamp where it has none."""
        with self._changed:
            self._posted += 1
            kept = message if message.ts else replace(message, ts=f"{int(self.clock())}.{self._posted:06}")
            self._messages.append(kept)
            self._places.add((kept.channel, kept.ts))
            self._changed.notify_all()
            return kept

    def refuse(self, refusal: Refusal) -> None:
        with self._changed:
            self._refusals.append(refusal)
            self._changed.notify_all()

    def has(self, channel: str, ts: str) -> bool:
        with self._changed:
            return (channel, ts) in self._places

    def wait_for(self, messages: int = 0, refusals: int = 0, seconds: float = 10.0) -> Sequence[Message]:
        """Wait until so many were taken and so many refused; what was taken so far when the time is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._messages) >= messages and len(self._refusals) >= refusals, timeout=seconds
            )
            return tuple(self._messages)


def _broadcasts_in(value: Json) -> list[str]:
    match value:
        case {"type": "broadcast", "range": str(group)}:
            return [group]
        case {"type": "plain_text" | "raw_text" | "text" | "raw_number"}:
            return []  # drawn as it stands
        case str(text):
            return _BROADCAST.findall(text)
        case dict():
            return [group for inner in value.values() for group in _broadcasts_in(inner)]
        case list():
            return [group for inner in value for group in _broadcasts_in(inner)]
        case _:
            return []
