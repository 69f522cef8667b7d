"""Events as newline-delimited JSON: lines in, canonical lines out; pure but for the stream that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from bot.events import BaseEvent, Deployment, Event, GateWait
from bot.events.problems import Problem, problems

MAX_LINE = 8 * 2**20  # bytes; a release of 100,000 commits fits, and memory stays bounded
SAID = 20  # problems told of one file; the rest is counted

_BATCH_LINES = 500
_BATCH_BYTES = 2**20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OFFSET = re.compile(r':\d\d"')  # how a time that is not in UTC ends, and hardly anything else

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
# One line a list of one: no line can then end within the next one, or hold two.
_EVENTS: TypeAdapter[tuple[tuple[Event], ...]] = TypeAdapter(tuple[tuple[Event], ...])

Line = tuple[int, bytes]
Numbered = tuple[int, Event]


@dataclass(slots=True)
class Complaints:
    """What was wrong in a file: the first problems, and how many lines are bad, of how many."""

    lines: int = 0
    said: list[Problem] = field(default_factory=list[Problem])
    problems: int = 0
    bad_lines: int = 0

    def add(self, found: Iterable[Problem]) -> None:
        """Note what is wrong with one line."""
        self.bad_lines += 1
        for problem in found:
            self.problems += 1
            if len(self.said) < SAID:
                self.said.append(problem)

    @property
    def unsaid(self) -> int:
        return self.problems - len(self.said)


def read_events(stream: BinaryIO, complaints: Complaints) -> Iterator[Numbered]:
    """Each event with the number of its line; bad lines go to `complaints` instead."""
    for batch in _batches(_lines(stream, complaints)):
        parsed = _all_at_once(batch)
        if parsed is None:
            yield from _one_by_one(batch, complaints)
        else:
            yield from ((number, event) for (number, _), (event,) in zip(batch, parsed, strict=True))


def _all_at_once(batch: list[Line]) -> tuple[tuple[Event], ...] | None:
    """The events of good lines, at twice the speed of one by one; None where a line needs a closer look."""
    try:
        parsed = _EVENTS.validate_json(b"[[" + b"],[".join(text for _, text in batch) + b"]]")
    except ValidationError:
        return None
    return parsed if len(parsed) == len(batch) else None


def _one_by_one(batch: list[Line], complaints: Complaints) -> Iterator[Numbered]:
    for number, text in batch:
        try:
            yield number, _EVENT.validate_json(text)
        except ValidationError as error:
            complaints.add(problems(number, error))


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line[1])
        if len(batch) == _BATCH_LINES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _lines(stream: BinaryIO, complaints: Complaints) -> Iterator[Line]:
    """The lines that hold something. What is no text, or has no end, is told once and not read on."""
    number = 0
    while text := stream.readline(MAX_LINE + 1):
        number += 1
        if len(text) > MAX_LINE:
            complaints.add([Problem(number, "", f"is longer than {MAX_LINE:,} bytes; one event a line")])
            return
        text = (text.removeprefix(_BYTE_ORDER_MARK) if number == 1 else text).strip()
        if not text:
            continue
        complaints.lines += 1
        if complaints.lines == 1 and text.startswith(b"["):
            complaints.add([Problem(number, "", "begins a JSON list; write one event a line, without brackets")])
            return
        if not text.isascii() and not _is_utf8(text):
            complaints.add([Problem(number, "", "is not UTF-8; save the file as UTF-8")])
            return
        yield number, text


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def canonical(event: Event) -> str:
    """The one way to write an event: defaults left out, times in UTC. Equal events have equal texts."""
    text = _json(event)
    return _json(_in_utc(event)) if _OFFSET.search(text) else text


def _json(event: BaseEvent) -> str:
    return event.__pydantic_serializer__.to_json(event, by_alias=True, exclude_defaults=True).decode()


def _in_utc(event: BaseEvent) -> BaseEvent:
    times = {name: value.astimezone(UTC) for name, value in event if isinstance(value, datetime)}
    if isinstance(event, Deployment):
        return event.model_copy(update={**times, "gate_waits": tuple(map(_wait_in_utc, event.gate_waits))})
    return event.model_copy(update=times)


def _wait_in_utc(wait: GateWait) -> GateWait:
    return wait.model_copy(update={name: value.astimezone(UTC) for name, value in wait if isinstance(value, datetime)})
