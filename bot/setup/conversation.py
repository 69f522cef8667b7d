"""From the flags, and from answers where somebody is there to give them, to a first settings file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml

from bot.settings.opening import receivers, source_openers
from bot.settings.settings import settings_of
from bot.settings.source_shape import kinds
from bot.setup.asker import Asker
from bot.setup.choice import with_rule
from bot.setup.first_file import FirstSource, first_file, refuse_existing, write
from bot.setup.look import Look, look, look_at_incidents
from bot.setup.questions import Entry, Questions, entries_of, for_team
from bot.setup.rules import named
from bot.setup.team import team_asked
from bot.source import Source, Span

_LIKELY_PROJECT = re.compile(r"inc|ops|sre|on-?call|support", re.IGNORECASE)
_MOST_PROJECTS = 5  # of a query that is proposed
_INCIDENT_LABEL = "incident"
_PATIENCE_SECONDS = 30.0  # somebody is waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was typed with the command."""

    path: Path
    over: bool = False
    team: Mapping[str, str] = field(default_factory=dict[str, str])
    services: Sequence[str] = ()
    sources: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`opened` opens the source of an entry; a sender has none. `busy` shows that a source is being asked."""

    flags: Flags
    environ: Mapping[str, str]
    span: Span
    asker: Asker
    opened: Callable[[Entry], Source | None]
    busy: Callable[[str], AbstractContextManager[object]] = nullcontext

    def hold(self) -> None:
        """Everything, up to the written file."""
        path, over = self.flags.path, self.flags.over
        refuse_existing(path, over=over)
        given = entries_of(self.flags.sources)
        team = team_asked(self.flags.team, self.flags.services, self.asker)
        sources = [self._seen(entry, team) for entry in given] or self._asked(team)
        text = first_file(team, with_rule(sources, self.asker), self.span.end.date())
        settings_of(text, path, self.environ)  # what is written can be read
        write(path, text, over=over)

    def _asked(self, team: Entry) -> list[FirstSource]:
        """One after the other, as many as there are."""
        sources: list[FirstSource] = []
        while kind := self._next_kind(first=not sources):
            same = sum(source.entry["kind"] == kind for source in sources)
            name: Entry = {"name": f"{kind}-{same + 1}"} if same else {}
            seen = self._seen(self._questions(kind).entry(name), team)
            sources.append(self._with_incidents(seen, team))
        return sources

    def _next_kind(self, *, first: bool) -> str:
        known = sorted(kinds())
        question = "Which system is read first" if first else "Which one next; empty for no more"
        proposed = "github" if first else ""
        while True:
            answer = self.asker.text(f"{question} ({', '.join(known)})", proposed)
            if not answer or answer in known:
                return answer
            self.asker.warn(f"{answer} is none of them.")

    def _questions(self, kind: object) -> Questions:
        return Questions(str(kind), self.asker, self.environ)

    def _seen(self, entry: Entry, team: Entry) -> FirstSource:
        seen = self._look(entry, team)
        while seen.problems and self.asker.yes("Shall the questions be asked again?"):
            entry = self._questions(entry["kind"]).entry(entry)
            seen = self._look(entry, team)
        return FirstSource(entry=for_team(entry, str(team["key"])), look=seen)

    def _with_incidents(self, source: FirstSource, team: Entry) -> FirstSource:
        """Asked for once it is known what there is to see."""
        entry, seen = source.entry, source.look
        while not seen.problems:
            asked = self._questions(entry["kind"]).incidents(entry, _proposals(seen))
            if asked == entry:
                break
            written = for_team(asked, str(team["key"]))
            with self._busy(asked):
                again = look_at_incidents(seen, partial(self.opened, written), self.span)
            self._tell_incidents(again)
            if not again.problems or not self.asker.yes("Shall it be asked again?"):
                return FirstSource(entry=written, look=again)
        return source

    def _look(self, entry: Entry, team: Entry) -> Look:
        """At what is going to be written: an incident that names no service counts where a team is named."""
        written = for_team(entry, str(team["key"]))
        with self._busy(entry):
            seen = look(partial(self.opened, written), self.span, kinds()[str(entry["kind"])].model_fields)
        if seen.says:
            self.asker.say(seen.says)
        if seen.visible:
            self.asker.say(f"It can see {named(seen.visible)}.")
        self._tell_incidents(seen)
        return seen

    def _tell_incidents(self, seen: Look) -> None:
        if seen.incidents is not None:
            self.asker.say(f"Incidents of the last four weeks: {seen.incidents}.")
        for problem in seen.problems:
            self.asker.warn(problem)

    def _busy(self, entry: Entry) -> AbstractContextManager[object]:
        return self.busy(f"Asking {entry.get('name') or entry['kind']}")


def _proposals(seen: Look) -> Mapping[str, str]:
    """What to propose for the keys of `incidents:`, by what can be seen."""
    likely = [name for name in seen.visible if _LIKELY_PROJECT.search(name)] or seen.visible
    projects = ", ".join(f'"{name.split()[0]}"' for name in likely[:_MOST_PROJECTS])
    query = {"jql": f"project in ({projects}) AND issuetype = Incident"} if projects else {}
    return {"labels": _INCIDENT_LABEL, **query}


def opener(path: Path, environ: Mapping[str, str]) -> Callable[[Entry], Source | None]:
    """How to open the source of an entry that stands in no file yet."""
    from integrations.http import Patience  # noqa: PLC0415  the HTTP client takes a fifth of a second

    def opened(entry: Entry) -> Source | None:
        settings = settings_of(yaml.safe_dump({"sources": [entry]}), path, environ)
        for open_source in source_openers(settings, patience=Patience(seconds=_PATIENCE_SECONDS)).values():
            return open_source()
        receivers(settings)  # a sender's credential is looked for, and that is all there is to see
        return None

    return opened
