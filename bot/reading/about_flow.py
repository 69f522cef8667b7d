"""Evidence about cadence, lead time and what waits."""

from __future__ import annotations

from collections import Counter

from bot.calendar import DAY, WEEK
from bot.metrics.facts import ACTIVE_STAGES
from bot.metrics.measure import share_of
from bot.reading.backlog import waiting_now
from bot.reading.causes import cause_window, spent
from bot.reading.cell import CFR, DF, LT
from bot.reading.claims import claim, newest
from bot.reading.picture import Picture
from bot.reading.places import gate_place, most
from bot.reading.reading import Claim, Match
from bot.reading.steps_flow import upstream_claim
from bot.reading.upstream import upstream
from bot.regression.gates import gates
from bot.regression.slices import released

CLOSE = 0.05  # two causes within five points are both named


def deployment_frequency(_: Match, picture: Picture) -> Claim | None:
    """Planned deployments a week, beside the band."""
    measure = picture.measures.deployment_frequency
    if measure.value is None:
        return None
    return claim(
        "deployment_frequency",
        metric=DF,
        value=measure.value,
        events=newest(measure.events),
        rate=measure.value,
        n=measure.n,
        days=measure.window.days,
        band=picture.team.bands.deployment_frequency_per_week,
    )


def lead_time(_: Match, picture: Picture) -> Claim | None:
    """The median lead time, beside the band."""
    measure = picture.measures.lead_time
    if measure.value is None:
        return None
    return claim(
        "lead_time",
        metric=LT,
        value=measure.value,
        events=newest(measure.events),
        seconds=measure.value,
        n=measure.n,
        days=measure.window.days,
        band=picture.team.bands.lead_time_days * DAY,
    )


def lead_time_cause(_: Match, picture: Picture) -> Claim | None:
    """The group of stages with most of the lead time; a second one within five points is named too."""
    causes, unknown = picture.signs.lead_causes, picture.signs.lead_unknown_share
    changes = spent(picture.facts, cause_window(picture.facts, picture.team))
    keys = (each.change.key for each in reversed(changes))
    if unknown is not None and unknown > max((cause.share for cause in causes), default=0.0):
        return claim("lead_time_unplaced", metric=LT, value=unknown, events=keys, share=unknown, n=len(changes))
    if not causes:
        return None
    first, *others = causes
    second = next((cause for cause in others[:1] if first.share - cause.share <= CLOSE), None)
    return claim(
        "lead_time_cause",
        metric=LT,
        value=first.share,
        events=keys,
        cause=first.key,
        share=first.share,
        n=len(changes),
        second=None if second is None else second.key,
        second_share=None if second is None else second.share,
    )


def flow_efficiency(_: Match, picture: Picture) -> Claim | None:
    """The share of lead time in which someone or something worked on the change."""
    stages = picture.measures.lead_time.stages
    if not stages or share_of(stages, ("unknown",)) > CLOSE:
        return None
    active = share_of(stages, ACTIVE_STAGES)
    n = picture.measures.lead_time.n
    keys = newest(picture.measures.lead_time.events)
    return claim("flow_efficiency", metric=LT, value=active, events=keys, share=active, n=n)


def gate_waits(_: Match, picture: Picture) -> Claim | None:
    """The gate at which deployments waited longest in sum."""
    place = gate_place(picture.facts, cause_window(picture.facts, picture.team))
    if place is None:
        return None
    return claim(
        "gate_waits",
        metric=LT,
        value=place.median,
        events=place.events,
        gate=place.name,
        seconds=place.median,
        n=place.n,
    )


def gate_blocks(_: Match, picture: Picture) -> Claim | None:
    """How often gates stop a rollout, and how much of what they stopped went out all the same."""
    blocked = gates(picture.facts, cause_window(picture.facts, picture.team))
    if not blocked.blocks:
        return None
    gate = most(Counter(block.gate for block in blocked.blocks))
    return claim(
        "gate_blocks",
        metric=LT,
        value=blocked.blocked.value,
        events=(block.event for block in reversed(blocked.blocks)),
        gate=gate,
        part=len(blocked.blocks),
        of=blocked.attempts,
        deployed=blocked.deployed,
        shas=blocked.shas,
    )


def slow_reviews(_: Match, picture: Picture) -> Claim | None:
    """What slows reviews down from upstream."""
    causes = upstream(picture.facts, cause_window(picture.facts, picture.team))
    if not causes:
        return None
    step = upstream_claim(causes[0])
    key = {"split_large_changes": "large_changes", "clarify_scope": "unclear_scope", "mend_flaky_tests": "flaky_tests"}
    return Claim(key[step.key], step.figures, step.metric, step.value, step.events)


def backlog(match: Match, picture: Picture) -> Claim | None:
    """How many merged changes wait for release; where deployments stopped, only if any do."""
    mean = picture.signs.waiting_backlog
    waiting = waiting_now(picture.facts)
    if mean is None or (match.rule == "F0" and not waiting):
        return None
    keys = (change.key for change in reversed(waiting))
    return claim("backlog", metric=DF, value=mean, events=keys, mean=mean, n=len(waiting))


def batch(_: Match, picture: Picture) -> Claim | None:
    """How many changes a deployment brings."""
    median = picture.signs.changes_per_deployment
    keys = newest(picture.measures.deployment_frequency.events)
    return None if median is None else claim("batch", metric=DF, value=median, events=keys, n=median)


def silence(_: Match, picture: Picture) -> Claim | None:
    """How long ago the last deployment was, and the longest gap before it."""
    since, gap = picture.signs.days_since_deployment, picture.signs.longest_gap_days
    if since is None:
        return None
    last = picture.facts.team_deployments[-1].keys if picture.facts.team_deployments else ()
    longest = None if gap is None else gap * DAY
    return claim("silence", metric=DF, value=since, events=last, seconds=since * DAY, longest=longest)


def still_merging(_: Match, picture: Picture) -> Claim | None:
    """Changes merged since the last deployment: work goes on, so the data may have stopped."""
    deployed = picture.facts.team_deployments
    if not deployed or picture.facts.as_of - deployed[-1].finished_at < WEEK:
        return None
    merged = [change.key for change in reversed(picture.facts.changes) if change.merged_at > deployed[-1].finished_at]
    return claim("still_merging", metric=DF, value=len(merged), events=merged, n=len(merged)) if merged else None


def signs_of_failure(_: Match, picture: Picture) -> Claim | None:
    """How many signs of failure there are beside how many deployments."""
    seen, known = picture.visibility.signs, picture.signs.deployments_known
    keys = newest(picture.measures.deployment_frequency.events)
    return claim("signs_of_failure", metric=CFR, value=seen, events=keys, signs=seen, n=known)


def deployments_without_changes(_: Match, picture: Picture) -> Claim | None:
    """Deployments of the last 13 weeks for which no change is known."""
    window = cause_window(picture.facts, picture.team)
    here = released(picture.facts, window)
    bare = [fact for fact in here if not any(part.changes for part in fact.parts)]
    if not bare:
        return None
    keys = (key for fact in reversed(bare) for key in fact.keys)
    share = len(bare) / len(here)
    return claim("deployments_without_changes", metric=LT, value=share, events=keys, part=len(bare), of=len(here))
