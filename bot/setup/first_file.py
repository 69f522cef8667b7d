"""The text of a first quintet.yaml, commented, and how it gets onto the disk: whole, and never over another one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError
from bot.setup.look import Look
from bot.setup.questions import Entry, incidents_of
from bot.setup.rules import Rule, named
from bot.words.visible import visible

_MOST_RULES = 12
_WIDTH = 110  # characters of a comment
_TEXT = "tag:yaml.org,2002:str"

_TEAM_COMMENTS: Mapping[str, str] = {
    "key": "what people type: /dora {key}",
    "timezone": "weeks start on Monday 00:00 there",
    "services": "names or globs; several teams may own the same service",
    "channel": "a bare /dora there answers for this team",
}


class _Plain(yaml.SafeDumper):
    """Written out in full: a settings file holds no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002  as PyYAML has it
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """What YAML takes for the end of a line is escaped, which it does between double quotes alone."""
        style = None if text.isprintable() else '"'
        return self.represent_scalar(_TEXT, text, style)  # pyright: ignore[reportUnknownMemberType]  PyYAML's stubs leave it open


_Plain.add_representer(str, _Plain.represent_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSource:
    """One entry, what was seen of it, and the rule that was taken."""

    entry: Entry
    look: Look
    taken: Rule | None = None

    @property
    def name(self) -> str:
        return str(self.entry.get("name") or self.entry["kind"])

    @property
    def without(self) -> tuple[str, ...]:
        """Where another rule found something, and the one that was taken nothing."""
        if self.taken is None:
            return ()
        elsewhere = {place for rule in self.look.rules for place in rule.places} - self.taken.places
        return tuple(name for name in self.look.visible if name in elsewhere)

    def having(self, taken: Rule | None) -> FirstSource:
        return replace(self, taken=taken)


def first_file(team: Mapping[str, object], sources: Sequence[FirstSource], day: date) -> str:
    """The whole text."""
    return "\n".join([*_head(day), "", "teams:", *_team(team), "", "sources:", *_sources(sources, day), ""])


def write(path: Path, text: str, *, over: bool) -> None:
    """At once: whoever reads the file meanwhile finds the old one, or the whole new one."""
    refuse_existing(path, over=over)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def refuse_existing(path: Path, *, over: bool) -> None:
    if not over and (path.exists() or path.is_symlink()):
        raise SettingsError(f"{path} is there already; --force writes a new one in its place, --path another one.")


def _head(day: date) -> Iterator[str]:
    yield f"# A first settings file, written by `quintet init` on {day}. docs/settings.md tells what each key means"
    yield "# and what else there is; docs/sources/ has a page for each kind of source. `quintet doctor` tries all out."


def _team(team: Mapping[str, object]) -> Iterator[str]:
    for at, (key, value) in enumerate(team.items()):
        first, *rest = _lines({key: value})
        comment = "" if rest else f"  # {_TEAM_COMMENTS[key].format(key=visible(str(team['key'])))}"
        yield from _indented("    " if at else "  - ", [f"{first}{comment}", *rest])


def _sources(sources: Sequence[FirstSource], day: date) -> Iterator[str]:
    for source in sources:
        taken: Mapping[str, object] = source.taken.setting if source.taken else {}
        plain = {key: value for key, value in source.entry.items() if key not in taken}
        yield from _indented("  - ", _lines(plain))
        yield from _indented("    ", [*_seen(source), *_rules(source, day), *(_lines(taken) if taken else ())])


def _seen(source: FirstSource) -> Iterator[str]:
    for problem in source.look.problems:
        yield from _comment(f"Not read yet. {problem}")
    if source.look.visible:
        yield from _comment(f"It can see {named(source.look.visible)}.")
    if source.look.incidents is not None:
        yield from _comment(f"Incidents of the last four weeks: {source.look.incidents}.")
    elif "incidents" not in source.entry and incidents_of(str(source.entry["kind"])):
        yield from _comment(
            f"Which issues are incidents is not said yet, under incidents: docs/sources/{source.entry['kind']}.md."
        )


def _rules(source: FirstSource, day: date) -> Iterator[str]:
    """What every rule would have counted, so that another one can be taken by hand."""
    found = source.look.rules
    if not found:
        return
    yield f"# What counts as a deployment. In the four weeks before {day} each rule would have found:"
    yield from (f"#   {rule.told}" for rule in found[:_MOST_RULES])
    if len(found) > _MOST_RULES:
        yield f"#   and {len(found) - _MOST_RULES} rules more"
    if source.without:
        yield from _comment(f"The one below finds nothing in {named(source.without)}, where another one does.")


def _comment(sentence: str) -> Iterator[str]:
    """On as many lines as it takes."""
    line = "#"
    for word in visible(sentence).split(" "):
        if len(line) + len(word) >= _WIDTH and line != "#":
            yield line
            line = "#"
        line += f" {word}"
    yield line


def _indented(first: str, lines: Sequence[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield f"{first if not at else '    '}{line}"


def _lines(part: Mapping[str, object]) -> list[str]:
    return [line for key, value in part.items() for line in _line(key, value)]


def _line(key: str, value: object) -> list[str]:
    """Block style; lists and mappings of plain values on one line."""
    style = None if isinstance(value, dict | list) else False
    text = yaml.dump(
        {key: value}, Dumper=_Plain, sort_keys=False, allow_unicode=True, default_flow_style=style, width=10**6
    )
    return text.rstrip("\n").split("\n")
