"""What the watch sees as a terminal page, team by team, readable without colour; layout only."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.regression_report import Moved, Speed, Stability, TeamWatch
from bot.words import regressions
from bot.words.visible import cut, visible

LONGEST = 600  # of one sentence, whatever a source calls its services
NAME = 80
BARS = "▁▂▃▄▅▆▇█"
UNKNOWN = "·"  # a look without a score


def render(teams: Iterable[TeamWatch], *, replayed: bool) -> RenderableType:
    """A short page for each team; with `replayed`, when it would have pinged. Text from outside is never markup."""
    pages = [part for each in teams for part in _team(each, replayed=replayed)]
    return Group(*pages) if pages else Text(regressions.NO_TEAMS)


def _team(seen: TeamWatch, *, replayed: bool) -> Iterable[RenderableType]:
    name = f"{cut(visible(seen.name), NAME)} ({cut(visible(seen.team), NAME)})"
    yield Text.assemble((name, "bold"), f": {regressions.headline(seen.state, seen.score, seen.since)}.")
    yield _titled("No ping.", seen.why_silent)
    yield _titled("Needed:", seen.needs)
    if seen.speed.probability is not None:
        yield from _sides(seen.speed, seen.stability)
    for key in seen.relationships:
        yield _titled("It looks like:", f"{regressions.RELATIONSHIPS[key]}.")
    for each in seen.evidence:
        yield _titled("-", each.claim)
    yield _titled("First:", seen.first)
    yield _titled("Not yet:", seen.not_yet)
    if replayed:
        yield _titled("Looks:", "".join(_bar(look.score) for look in seen.looks))
        yield _line(regressions.pings([look.week for look in seen.looks if look.ping], len(seen.looks)))
    yield Text()


def _sides(speed: Speed, stability: Stability) -> Iterable[RenderableType]:
    frequency, lead = _pair(speed.deployment_frequency), _pair(speed.lead_time)
    failing, recovering = _pair(stability.change_failure_rate), _pair(stability.recovery_time)
    yield _line(regressions.faster(speed.probability, frequency, lead))
    yield _line(regressions.less_stable(stability.probability, failing, recovering))


def _pair(moved: Moved) -> regressions.Moved | None:
    return None if moved.ratio is None or moved.interval is None else (moved.ratio, moved.interval)


def _bar(score: float | None) -> str:
    return UNKNOWN if score is None else BARS[round(score * (len(BARS) - 1))]


def _titled(title: str, sentence: str | None) -> RenderableType:
    """Nothing at all where there is no sentence."""
    return Group() if sentence is None else Padding(Text(f"{title} {cut(visible(sentence), LONGEST)}"), (0, 0, 0, 2))


def _line(sentence: str) -> RenderableType:
    return Padding(Text(sentence), (0, 0, 0, 2))
