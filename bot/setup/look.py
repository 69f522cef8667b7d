"""What a source shows of itself before anything of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from bot.errors import SourceError
from bot.setup.rules import Rule, rules
from bot.source import Ask, Source, Span, SpanTooLargeError, Stream

_MOST_STREAMS = 10  # with incidents, that are counted
_MOST_PAGES = 5  # of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen, or the sentence that says why nothing was."""

    says: str = ""
    visible: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    incidents: str | None = None
    """How many there were, in words; None where none are asked for."""
    problems: tuple[str, ...] = ()


def look(opened: Callable[[], Source | None], span: Span, keys: Container[str]) -> Look:
    """A source that does not let itself be read is no reason to stop: its sentence is told."""
    try:
        source = opened()
        if source is None:
            return Look(says="Its credential is there; senders post to /v1/events of `quintet serve`.")
        probe = source.probe()
    except SourceError as problem:
        return Look(problems=(str(problem),))
    seen = Look(says=f"{source.name}: {probe.says}", visible=probe.visible)
    try:
        found = rules(source.name, source.survey(span), keys)
        return replace(seen, rules=found, incidents=_incidents(source, span))
    except SourceError as problem:
        return replace(seen, problems=(str(problem),))


def look_at_incidents(seen: Look, opened: Callable[[], Source | None], span: Span) -> Look:
    """What was seen, with the incidents that are asked for by now."""
    try:
        source = opened()
        return replace(seen, incidents=_incidents(source, span) if source else None)
    except SourceError as problem:
        return replace(seen, problems=(str(problem),))


def _incidents(source: Source, span: Span) -> str | None:
    streams = [stream for stream in source.streams() if "incident" in stream.kinds]
    if not streams:
        return None
    counts = [_count(stream, span) for stream in streams[:_MOST_STREAMS]]
    more = len(streams) > _MOST_STREAMS or any(cut for _, cut in counts)
    return f"{'more than ' if more else ''}{sum(count for count, _ in counts):,}"


def _count(stream: Stream, span: Span) -> tuple[int, bool]:
    """How many incidents began within the span, and whether there may be more."""
    count, pages = 0, 0
    ask = Ask(span=span)
    while pages < _MOST_PAGES:
        pages += 1
        try:
            page = stream.fetch(ask)
        except SpanTooLargeError:
            return count, True
        count += sum(event.kind == "incident" and span.start <= event.at < span.end for event in page.events)
        if page.done:
            return count, False
        ask = Ask(span=span, token=page.token)
    return count, True
