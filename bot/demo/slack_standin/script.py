"""How a test makes the stand-in misbehave: what it refuses, and what befalls the next posts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.demo.slack_standin.pace import Pace
from bot.demo.slack_standin.shape import Json, kinds


@dataclass(frozen=True)
class RateLimited:
    """429: come back after so many seconds."""

    retry_after: int = 1


@dataclass(frozen=True)
class ServerError:
    """Slack itself is broken; `taken` says whether the message was taken all the same."""

    status: int = 503
    taken: bool = False


@dataclass(frozen=True)
class Closed:
    """The connection ends before any answer; `taken` says whether the message was taken all the same."""

    taken: bool = False


Fault = RateLimited | ServerError | Closed


def is_taken(fault: Fault) -> bool:
    """Whether the message arrives, whatever its sender is told."""
    return not isinstance(fault, RateLimited) and fault.taken


@dataclass
class Script:
    """Empty, the stand-in behaves. Refusals last; faults befall one post each, in order, on any route.

    Those in `reads` befall looks at a channel's history; `pace` is how often an app may post.
    """

    refused_types: set[str] = field(default_factory=set[str])
    refuse_all_blocks: bool = False
    # Slack answers a refused post to a response_url with an error status or with 200 and "ok": false.
    refusal_status: int = 400
    pace: Pace | None = None
    reads: deque[Fault] = field(default_factory=deque[Fault])
    _errors: dict[str, str] = field(default_factory=dict[str, str])
    _faults: deque[Fault] = field(default_factory=deque[Fault])

    def refuse_charts(self) -> None:
        self.refused_types.add("data_visualization")

    def refuse_tables(self) -> None:
        self.refused_types.add("table")

    def refuse(self, error: str, channel: str = "") -> None:
        """Refuse every message to a channel of this id, or to any."""
        self._errors[channel] = error

    def relent(self) -> None:
        """Take messages again."""
        self._errors.clear()

    def error(self, channel: str) -> str | None:
        return self._errors.get(channel) or self._errors.get("")

    def then(self, *faults: Fault) -> None:
        """What befalls the next posts."""
        self._faults.extend(faults)

    def next_fault(self) -> Fault | None:
        return self._faults.popleft() if self._faults else None

    def objections(self, blocks: Sequence[Json]) -> tuple[str, ...]:
        """What the script holds against blocks that are well formed."""
        return tuple(
            f"[ERROR] unsupported type: {kind} [at blocks/{place}/type]"
            for place, kind in enumerate(kinds(blocks))
            if self.refuse_all_blocks or kind in self.refused_types
        )
