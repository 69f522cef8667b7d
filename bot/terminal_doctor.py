"""What `quintet doctor` found as a terminal page, readable without colour; layout only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from bot.doctor_report import Check, DoctorReport, LastEvent, State, TeamExamined
from bot.words.letters import large, stopped
from bot.words.visible import visible

_SIGNS: dict[State, str] = {"ok": "ok  ", "note": "note", "mend": "MEND"}
_STYLES: dict[State, str] = {"ok": "green", "note": "", "mend": "bold red"}
WELL = "Nothing has to be mended."
MISSING = "Not always known in the last 26 weeks:"


def render(report: DoctorReport) -> RenderableType:
    """Every check, then team by team what it would get. Text from outside is shown as it is, never as markup."""
    return Group(*_checks(report.checks), *(part for team in report.teams for part in _team(team)), *_end(report))


def _checks(checks: Iterable[Check]) -> Iterable[RenderableType]:
    last = ""
    for check in checks:
        if check.about != last:
            last = check.about
            yield _line(large(check.about), "bold")
        yield _indented(Text.assemble((_SIGNS[check.state], _STYLES[check.state]), " ", _line(stopped(check.says))))
        if check.do:
            yield _indented(_line(check.do), 7)


def _team(team: TeamExamined) -> Iterable[RenderableType]:
    yield Text()
    yield _line(team.name if team.name == team.team else f"{team.name} ({team.team})", "bold")
    for metric in team.metrics:
        yield _indented(_line(stopped(f"{metric.name}: {metric.says}")))
        if metric.do:
            yield _indented(_line(metric.do), 4)
    missing = [fact for fact in team.facts if fact.do]
    if missing:
        yield _indented(_line(MISSING))
    for fact in missing:
        yield _indented(_line(fact.says), 4)
        yield _indented(_line(fact.do or ""), 6)
    yield from _last("Last deployments", team.deployments)
    yield from _last("Last failures", team.failures)
    yield from _last("Last incidents", team.incidents)


def _last(title: str, events: Iterable[LastEvent]) -> Iterable[RenderableType]:
    known = tuple(events)
    yield _indented(_line(f"{title}: none." if not known else f"{title}:"))
    for event in known:
        yield _indented(_line(stopped(f"{event.when}  {event.says}")), 4)
        for more in filter(None, (event.why, event.url)):
            yield _indented(_line(more), 6)


def _end(report: DoctorReport) -> Iterable[RenderableType]:
    yield Text()
    if report.ok:
        yield _line(WELL, "bold")
    else:
        yield _line(f"To mend: {len(report.to_mend)}.", "bold")


@dataclass(frozen=True, slots=True)
class _Indented:
    """Without the spaces behind each line that rich's own padding has: the page is copied into tickets."""

    text: Text
    left: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.wrap(console, max(1, options.max_width - self.left)):
            line.rstrip()
            yield Text(" " * self.left).append_text(line)


def _indented(text: Text, left: int = 2) -> _Indented:
    return _Indented(text, left)


def _line(sentence: str, style: str = "") -> Text:
    """Never parsed for markup."""
    return Text(visible(sentence), style=style)
