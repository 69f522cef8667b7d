"""A YAML file -> plain data and the line of each key; anchors, aliases, tags and repeated keys are refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from bot.errors import SettingsError
from bot.settings.problems import shown

# 1,000 teams take half a megabyte; the parser holds some ten times a file's size.
LARGEST_FILE = 8 * 1024 * 1024
DEEPEST = 12
LONGEST_NUMBER = 100  # characters; YAML counts in sixties too, and long ones of those take hours

Place = tuple[str | int, ...]

# Any, because PyYAML's stubs leave its types open. Its two grammars are the same; the one in C, not built on every
# platform, is fifteen times as fast.
_yaml: Any = yaml
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONVERTED = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float")}
_TEXT = "tag:yaml.org,2002:str"


@dataclass(slots=True)
class Document:
    """What a file holds; `lines` counts from 1 and has an entry for each key and list item."""

    file: str
    data: object = None
    lines: dict[Place, int] = field(default_factory=dict[Place, int])

    def line(self, place: Place) -> int:
        """The line of a key, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, says: str) -> str:
        """One sentence that names file, line and key."""
        return f"{self.file}, line {self.line(place)}: {_dotted(place) or 'the file'} {says}"


def read(path: Path) -> Document:
    """Read one file; SettingsError says what it is that cannot be read."""
    return parsed(_text(path), str(path))


def parsed(text: str, named: str) -> Document:
    """Read a text; sentences call it by the name."""
    document = Document(named)
    try:
        _Reading(document, iter(_yaml.parse(text, Loader=_Loader))).whole()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{named}, line {line}: this is not YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{named}: this is not YAML: {shown(str(error))}.") from error
    return document


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror or error}.") from error
    if len(content) > LARGEST_FILE:
        raise SettingsError(f"{path} is larger than {LARGEST_FILE // 1024**2} MB, too large for settings.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}, line {line}: this is not UTF-8 text; save the file as UTF-8.") from error


def _dotted(place: Place) -> str:
    """How people write the way to a key: teams[0].bands.lead_time_days."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in place)
    return "".join(parts).removeprefix(".")


@dataclass(slots=True)
class _Reading:
    """One pass over a parser's events. Nothing is built from what may not stand in a settings file."""

    document: Document
    events: Iterator[yaml.Event]

    def whole(self) -> None:
        next(self.events)  # the stream starts
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return
        self.document.data = self.value(next(self.events), ())
        next(self.events)  # the document ends
        if not isinstance(following := next(self.events), yaml.StreamEndEvent):
            self.refuse(following, (), "holds several documents; a second '---' can't stand here.")

    def value(self, event: yaml.Event, place: Place) -> object:
        self.check(event, place)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place)
        return self.scalar(cast("yaml.ScalarEvent", event), place)

    def mapping(self, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, place)
            if key in found:
                first = self.document.lines[*place, key]
                self.refuse(event, (*place, key), f"stands here again; it is already on line {first}.")
            self.document.lines[*place, key] = _line(event)
            found[key] = self.value(next(self.events), (*place, key))
        return found

    def sequence(self, place: Place) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.document.lines[*place, len(found)] = _line(event)
            found.append(self.value(event, (*place, len(found))))
        return found

    def key(self, event: yaml.Event, place: Place) -> str:
        self.check(event, place)
        if not isinstance(event, yaml.ScalarEvent):
            self.refuse(event, place, "has a key that is a list or a mapping; keys are words.")
        return str(cast("yaml.ScalarEvent", event).value)

    def scalar(self, event: yaml.ScalarEvent, place: Place) -> object:
        text = str(event.value)
        tag = _yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, event.implicit)
        if tag not in _CONVERTED:
            return text
        if len(text) > LONGEST_NUMBER:
            return self.refuse(event, place, f"holds {shown(text)}, which is no number that can be read.")
        try:
            return _yaml.constructor.SafeConstructor().construct_object(yaml.ScalarNode(tag, text))
        except ValueError:
            return self.refuse(event, place, f"holds {shown(text)}, which is no number that can be read.")

    def check(self, event: yaml.Event, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, place, "uses a YAML anchor or alias (& or *); write the value out.")
        if getattr(event, "tag", None):
            self.refuse(event, place, "uses a YAML tag (!); write a plain value.")
        if len(place) > DEEPEST:
            self.refuse(event, place[:3], "is nested too deeply.")

    def refuse(self, event: yaml.Event, place: Place, says: str) -> None:
        self.document.lines[place] = _line(event)
        raise SettingsError(self.document.problem(place, says))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1
