"""Other explanations: each one looked at, or named as not computable."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.calendar import WEEK, Window, local_date
from bot.metrics.level import Trend
from bot.metrics.measure import Metric
from bot.reading.alternatives_mix import mix, size
from bot.reading.alternatives_reporting import reporting, rollbacks, severity
from bot.reading.causes import cause_window
from bot.reading.claims import checked, claim, failing, holding, local_day, newest, unclear
from bot.reading.concentration import burst, concern
from bot.reading.driver import CLEAR, growths
from bot.reading.picture import Picture
from bot.reading.places import busiest_service
from bot.reading.reading import Alternative, Match
from bot.reading.weaker import LEAST_TIMED, timed_recoveries
from bot.regression.eras import Eras, eras
from bot.regression.slices import released

QUIET = 1 / 3  # of the usual week: as in a holiday
QUIET_WEEKS = 3  # of the recent 13
USUAL_LEAST = 2.0  # deployments a week; below it empty weeks are usual

Look = Callable[[Picture], Alternative | None]


def alternatives(match: Match, picture: Picture) -> tuple[Alternative, ...]:
    """Those that hold first, then those that do not, then those that can't be looked at."""
    looks: tuple[Look, ...] = (
        untested_recovery,
        reporting,
        rollbacks,
        severity,
        definition,
        size,
        mix,
        pause,
        one_burst,
        one_service,
    )
    looks = (*BY_INVESTMENT.get(match.investment, ()), *(BY_RULE.get(match.rule, ())), *looks)
    found = [each for look in looks if (each := look(picture)) is not None]
    return tuple(sorted(found, key=lambda each: (not each.supports, not each.checked)))


def untested_recovery(picture: Picture) -> Alternative | None:
    """Nothing failed, so recovery is unproven."""
    measure = picture.measures.recovery_time
    if not measure.untested:
        return None
    place = busiest_service(picture.facts, cause_window(picture.facts, picture.team))
    service = None if place is None else place[0]
    return holding(claim("recovery_unproven", metric=Metric.RECOVERY_TIME, service=service))


def tests_rose(picture: Picture) -> Alternative | None:
    """Test evidence rose: that speaks against a lack of tests."""
    if picture.signs.test_evidence != "up":
        return None
    return holding(claim("tests_rose_instead"))


def default_capability(picture: Picture) -> Alternative | None:
    """Recovery's stages can't tell which capability is weaker: observability is the default."""
    signs = picture.signs.weaker
    if not signs.by_default:
        return None
    timed = timed_recoveries(picture.facts, cause_window(picture.facts, picture.team))
    if not signs.ratios:
        return unclear(claim("recovery_stages_unknown", n=len(timed), need=LEAST_TIMED))
    return holding(claim("recovery_stages_alike", events=(fact.key for fact in reversed(timed)), n=len(timed)))


def default_driver(picture: Picture) -> Alternative | None:
    """Nothing behind reliability grew clearly: testing is the default."""
    spans = eras(picture.facts, picture.team, picture.trends, Metric.RECOVERY_TIME)
    growth = growths(picture.facts, picture.trends, spans).get(picture.signs.reliability_driver)
    return holding(claim("no_clear_driver")) if growth is None or growth.p_up < CLEAR else None


def pace(picture: Picture) -> Alternative:
    """Whether the pace grew at all, where it is said to exceed what the system absorbs."""
    verdict = picture.trends[Metric.DEPLOYMENT_FREQUENCY]
    now, before = verdict.recent_value, verdict.baseline_value
    if verdict.trend is Trend.UNKNOWN or now is None or before is None:
        return unclear(claim("pace_unknown", metric=Metric.DEPLOYMENT_FREQUENCY))
    rose = verdict.trend is Trend.IMPROVING
    key = "pace_rose" if rose else "pace_flat"
    return checked(claim(key, metric=Metric.DEPLOYMENT_FREQUENCY, value=now, now=now, before=before), holds=not rose)


def definition(picture: Picture) -> Alternative:
    """A definition changed between the baseline and now."""
    start = _spans(picture).recent.start
    changed = [event for event in picture.facts.definitions if start <= event.at.timestamp() < picture.facts.as_of]
    if not changed:
        return failing(claim("definition_unlikely"))
    last = changed[-1]
    day = local_day(last.at.timestamp(), picture.team)
    metrics = ", ".join(name.replace("_", " ") for name in last.metrics)
    return holding(claim("definition_likely", events=[last.key], day=day, metrics=metrics, what=last.what))


def pause(picture: Picture) -> Alternative:
    """A holiday or a freeze: weeks with under a third of the usual deployments."""
    spans = _spans(picture)
    count = round(spans.recent.weeks)
    weeks = [0] * count
    for fact in released(picture.facts, spans.recent):
        weeks[min(count - 1, int((fact.finished_at - spans.recent.start) / WEEK))] += 1
    usual = sorted(weeks)[count // 2]
    frozen = _freezes(picture, spans.recent)
    if usual < USUAL_LEAST and not frozen:
        return unclear(claim("pause_unknown", usual=usual, need=USUAL_LEAST))
    quiet = sum(deployments < QUIET * usual for deployments in weeks)
    if frozen:
        return holding(claim("freeze_likely", n=frozen, of=count))
    holds = quiet >= QUIET_WEEKS
    return checked(claim("pause_likely" if holds else "pause_unlikely", weeks=quiet, of=count), holds=holds)


def _freezes(picture: Picture, era: Window) -> int:
    """Freezes of the settings that touch an era."""
    zone = picture.team.zone
    first, last = local_date(era.start, zone), local_date(era.end, zone)
    return sum(freeze.first < last and freeze.last >= first for freeze in picture.team.freezes)


def one_burst(picture: Picture) -> Alternative:
    """One bad week explains the failures."""
    about = concern(picture.facts, picture.team, picture.levels, picture.trends)
    window = picture.measures.change_failure_rate.window
    worst = burst(picture.facts, about, window)
    if worst is None:
        return unclear(claim("burst_unknown", metric=Metric.CHANGE_FAILURE_RATE))
    figures = {"day": local_day(worst.start, picture.team), "part": worst.failures, "of": worst.of}
    keys = newest(picture.measures.change_failure_rate.events)
    holds = picture.signs.one_burst
    key = "burst_likely" if holds else "burst_unlikely"
    found = claim(key, metric=Metric.CHANGE_FAILURE_RATE, value=worst.failures, events=keys, **figures)
    return checked(found, holds=holds)


def one_service(picture: Picture) -> Alternative:
    """One service explains it alone."""
    about = concern(picture.facts, picture.team, picture.levels, picture.trends)
    if about is None:
        return failing(claim("service_nothing_poor"))
    if len(about.services) < 2:
        return unclear(claim("service_unknown", n=len(about.services)))
    service = picture.signs.one_service
    if service is not None:
        return holding(claim("service_likely", metric=about.metric, service=service, n=len(about.services)))
    return failing(claim("service_unlikely", metric=about.metric, n=len(about.services)))


def _spans(picture: Picture) -> Eras:
    return eras(picture.facts, picture.team, picture.trends)


BY_INVESTMENT: Mapping[str, tuple[Look, ...]] = {
    "testing_infrastructure": (tests_rose,),
    "observability": (default_capability,),
}
BY_RULE: Mapping[str, tuple[Look, ...]] = {"S5": (pace, default_driver)}
