"""What a sync did, as `quintet sync` says it: a few sentences a source, or one JSON document; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.words.figures import count

_NAMED = 3  # streams in one sentence; the rest is counted
_REBUILD = "`quintet sync --rebuild`"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReport:
    stream: str
    kinds: tuple[str, ...]
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    retracted: int = 0
    why_retracted: str = ""
    set_aside: Mapping[str, str] = field(default_factory=dict[str, str])
    """All items that are kept aside, from this sync and from earlier ones, each with its reason."""
    noted: Mapping[str, int] = field(default_factory=dict[str, int])
    requests: int = 0
    history_to: datetime | None = None
    failure: str | None = None

    @property
    def read(self) -> int:
        return self.new + self.updated + self.unchanged

    def as_json(self) -> dict[str, object]:
        names = ("stream", "kinds", "read", "new", "updated", "unchanged", "retracted", "requests", "failure")
        return {
            **{name: getattr(self, name) for name in names},
            "set_aside": [{"item": item, "reason": reason} for item, reason in self.set_aside.items()],
            "noted": dict(self.noted),
            "history_to": self.history_to.isoformat().replace("+00:00", "Z") if self.history_to else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    source: str
    streams: tuple[StreamReport, ...] = ()
    requests: int = 0
    failure: str | None = None
    is_late: bool = False
    """It was stopped at its deadline."""

    @property
    def sentences(self) -> tuple[str, ...]:
        if self.failure and not self.streams:
            return ()
        return (*self._counts(), *self._retracted(), *self._set_aside(), *self._noted(), *self._late())

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence a failure; streams that failed in one way share it."""
        if self.failure:
            return (_named(self.source, self.failure),)
        failed: dict[str, list[str]] = {}
        for stream in self.streams:
            if stream.failure:
                told = stream.failure.removeprefix(f"{self.source} {stream.stream}: ")
                failed.setdefault(told.removeprefix(f"{self.source}: "), []).append(stream.stream)
        return tuple(f"{self.source} {_listed(streams)}: {told}" for told, streams in failed.items())

    def as_json(self) -> dict[str, object]:
        return {
            "source": self.source,
            "streams": [stream.as_json() for stream in self.streams],
            "requests": self.requests,
            "late": self.is_late,
            "failure": self.failure,
        }

    def _counts(self) -> Iterable[str]:
        new, updated, unchanged = (
            sum(getattr(stream, name) for stream in self.streams) for name in ("new", "updated", "unchanged")
        )
        events = f"{new:,} new, {updated:,} updated, {unchanged:,} unchanged"
        yield f"{self.source}: {events}; {count(self.requests, 'request')}{self._history()}"

    def _history(self) -> str:
        reached = [stream.history_to for stream in self.streams]
        if not reached:
            return "; it has nothing to read from"
        if not all(reached):
            return ""
        return f"; history to {max(filter(None, reached)):%Y-%m-%d}"

    def _retracted(self) -> Iterable[str]:
        for stream in self.streams:
            if stream.retracted:
                what = _counted(stream.retracted, stream.kinds)
                yield f"{self.source} {stream.stream}: {what} taken back, because {stream.why_retracted}"

    def _set_aside(self) -> Iterable[str]:
        if items := sum(len(stream.set_aside) for stream in self.streams):
            yield f"{self.source}: {count(items, 'item')} could not be read; `quintet sync --json` says which and why"

    def _noted(self) -> Iterable[str]:
        noted: Counter[str] = Counter()
        for stream in self.streams:
            noted.update(stream.noted)
        if noted:
            yield f"{self.source}: noted {', '.join(f'{reason} ({n:,})' for reason, n in noted.most_common())}"

    def _late(self) -> Iterable[str]:
        if self.is_late:
            yield f"{self.source}: stopped at its deadline; the next sync goes on from here"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftReport:
    """Streams that were read once and that the settings lead to no longer."""

    source: str
    streams: tuple[str, ...]
    events: int
    """What they alone stand for, or stood for where it was taken back."""
    is_taken_back: bool = False
    moved_to: str | None = None
    """The source that yields these events now, under another name."""

    @property
    def sentence(self) -> str:
        events = count(self.events, "event")
        if self.moved_to:
            return f"{self.source} {_listed(self.streams)}: called {self.moved_to} now; {events} moved there"
        what = f"{self.source} {_listed(self.streams)}: no longer in the settings"
        if self.is_taken_back:
            return f"{what}; {events} taken back"
        stay, them = ("stays", "it") if self.events == 1 else ("stay", "them")
        return f"{what}; {events} {stay}. {_REBUILD} takes {them} back"

    def as_json(self) -> dict[str, object]:
        return {
            "source": self.source,
            "streams": list(self.streams),
            "events": self.events,
            "taken_back": self.is_taken_back,
            "moved_to": self.moved_to,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    sources: tuple[SourceReport, ...]
    left: tuple[LeftReport, ...] = ()
    is_stopped: bool = False
    bug: BaseException | None = None
    """What a traceback would show."""

    @property
    def sentences(self) -> tuple[str, ...]:
        said = [sentence for source in self.sources for sentence in source.sentences]
        stopped = ["stopped; the next sync goes on from here"] if self.is_stopped else []
        return (*said, *(left.sentence for left in self.left), *stopped)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for source in self.sources for problem in source.problems)

    def as_json(self) -> dict[str, object]:
        return {
            "sources": [source.as_json() for source in self.sources],
            "left": [left.as_json() for left in self.left],
            "stopped": self.is_stopped,
        }


def _named(source: str, told: str) -> str:
    return told if told.startswith((f"{source}:", f"{source} ")) else f"{source}: {told}"


def _listed(streams: Iterable[str]) -> str:
    names = list(streams)
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def _counted(n: int, kinds: tuple[str, ...]) -> str:
    kind = {"slo": "service level window"}.get(kinds[0], kinds[0].replace("_", " ")) if len(kinds) == 1 else "event"
    return count(n, kind)
