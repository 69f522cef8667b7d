"""A picture and its reading as one report, sentences included; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from bot.answers.parts import evidence_part, metrics, span, why
from bot.calendar import moment
from bot.metrics.facts import Facts
from bot.metrics.history import Week
from bot.reading.movers import WEEKS, failures_behind, movers
from bot.reading.picture import Picture
from bot.reading.reading import Alternative, Claim, Match, Nearest, Reading
from bot.regression.net import NetLine
from bot.team_report import (
    Against,
    Factors,
    MissingData,
    Mover,
    NearestPart,
    Net,
    NextInvestment,
    NotYet,
    ReadingPart,
    SourcePart,
    TeamReport,
    Then,
    WeekPart,
)
from bot.words import headlines, investments, net, readings, then
from bot.words.evidence import sentence
from bot.words.missing import missing
from bot.words.visible import cut, visible

# Of a name within a sentence: a longer one would leave no room for the rest.
NAME = 80


def compose(
    picture: Picture, reading: Reading, history: Sequence[Week], sources: Sequence[SourcePart] = ()
) -> TeamReport:
    """The report of one team at the picture's `as_of`; `sources` tell when each last said something."""
    team = picture.team
    return TeamReport(
        team=team.key,
        name=team.name,
        timezone=team.zone.key,
        as_of=moment(picture.facts.as_of),
        metrics=metrics(picture, reading),
        net=_net(picture.net),
        reading=_reading(reading, cut(visible(team.name), NAME)),
        history=tuple(_week(week) for week in history),
        watch=tuple(map(sentence, reading.watch)),
        movers=moved(picture),
        sources=tuple(sources),
        data=tuple(MissingData(**asdict(gap)) for gap in missing(picture)),
        notes=tuple(map(sentence, reading.notes)),
    )


def _net(line: NetLine) -> Net:
    said = net.says(line)
    return Net(
        window=None if line.window is None else span(line.window),
        baseline=None if line.baseline is None else span(line.baseline),
        failure_hours_per_week=line.failure_hours_per_week,
        previous=line.previous,
        ratio=line.ratio,
        interval=line.interval,
        per_deployment_ratio=line.per_deployment_ratio,
        per_deployment_interval=line.per_deployment_interval,
        verdict=None if line.verdict is None else line.verdict.value,
        why_unknown=why(line.why_unknown) or (said if line.ratio is None else None),
        factors=_factors(line),
        says=said,
    )


def _factors(line: NetLine) -> Factors | None:
    if line.ratio is None:
        return None
    return Factors(
        deployment_frequency=line.deployment_factor,
        change_failure_rate=line.failure_rate_factor,
        recovery_time=line.recovery_factor,
    )


def _reading(reading: Reading, name: str) -> ReadingPart:
    headline = reading.headline
    return ReadingPart(
        rule=headline.rule,
        pattern=headline.pattern,
        diagnosis=headline.diagnosis,
        title=readings.title(headline),
        level_pattern=reading.level_pattern,
        confidence=reading.confidence.value,
        confidence_says=readings.confidence(reading),
        says=headlines.says(reading, name),
        nearest=None if reading.nearest is None else _nearest(reading.nearest),
        then=tuple(_then(match, reading) for match in reading.then),
        relationships=reading.relationships,
        evidence=tuple(map(evidence_part, reading.evidence)),
        against=tuple(map(_against, reading.against)),
        next_investment=NextInvestment(
            key=reading.investment.key,
            title=investments.title(reading.investment.key),
            why=investments.why(reading.investment.why),
            first_step=sentence(reading.investment.first_step),
        ),
        not_yet=tuple(NotYet(what=what, why=because) for what, because in map(readings.not_yet, reading.not_yet)),
        would_change_our_mind=readings.would_change_our_mind(reading.would_change_our_mind),
    )


def _nearest(nearest: Nearest) -> NearestPart:
    return NearestPart(
        pattern=nearest.pattern,
        title=readings.pattern(nearest.pattern),
        differs_in=tuple(metric.value for metric in nearest.differs_in),
    )


def _then(match: Match, reading: Reading) -> Then:
    return Then(
        rule=match.rule,
        pattern=match.pattern,
        diagnosis=match.diagnosis,
        next_investment=match.investment,
        says=then.says(match, reading.says.figures),
    )


def _against(other: Alternative) -> Against:
    return Against(claim=sentence(other.claim), checked=other.checked, supports=other.supports)


def _week(week: Week) -> WeekPart:
    return WeekPart(
        week=week.week.isoformat(),
        deployments=week.deployments,
        failed=week.failed,
        lead_time=week.lead_time,
        recovery_time=week.recovery_time,
        failure_hours=week.failure_hours,
    )


def moved(picture: Picture, weeks: int = WEEKS) -> tuple[Mover, ...]:
    """The events of the last complete weeks that moved the figures most, with where each can be opened."""
    return _opened(picture, movers(picture, weeks))


def at_first_step(picture: Picture, reading: Reading) -> tuple[Mover, ...]:
    """The failures behind the place that the first step names, the longest recovery first."""
    return _opened(picture, failures_behind(picture, reading.investment.first_step.events))


def _opened(picture: Picture, claims: Iterable[Claim]) -> tuple[Mover, ...]:
    urls = _urls(picture.facts)
    return tuple(
        Mover(event=claim.events[0], says=sentence(claim), url=urls.get(claim.events[0]))
        for claim in claims
        if claim.events
    )


def _urls(facts: Facts) -> Mapping[str, str | None]:
    """Where each event can be opened; a mover is a deployment or a change."""
    return {fact.key: fact.event.url for fact in (*facts.deployments, *facts.changes)}
