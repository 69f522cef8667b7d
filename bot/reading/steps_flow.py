"""First steps towards work that flows: reviews, pipelines, gates, releases and their size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from bot.calendar import DAY, Window
from bot.metrics.facts import DeploymentFact
from bot.metrics.measure import Metric
from bot.reading.backlog import waiting_now
from bot.reading.causes import REVIEW_STAGES, Spent, cause_window, spent
from bot.reading.claims import claim, newest
from bot.reading.picture import Picture
from bot.reading.places import TimePlace, busiest_service, gate_place, lead_place, most, pipeline_place, rollout_place
from bot.reading.reading import Claim, Match
from bot.reading.upstream import FlakyTests, LargeChanges, Upstream, upstream

RARE = ("F1", "F4")  # releases are rare, whatever takes most of the lead time
AFTER_MERGE_KINDS = {"pipeline": "pipeline", "gate": "gate", "deploy": "rollout"}  # by stage


def review_workflow(_: Match, picture: Picture) -> Claim:
    """What slows reviews down from upstream where it is seen; else where they wait longest."""
    window = cause_window(picture.facts, picture.team)
    causes = upstream(picture.facts, window)
    if causes:
        return upstream_claim(causes[0])
    changes = spent(picture.facts, window)
    place = lead_place(changes, "review")
    if place is None:
        return claim("review_anywhere")
    return _timed("review_service", place, stage=_longest_review_stage(changes, place.name))


def upstream_claim(cause: Upstream) -> Claim:
    """A cause upstream of reviews, with its figure."""
    if isinstance(cause, LargeChanges):
        return claim(
            "split_large_changes",
            metric=Metric.LEAD_TIME,
            value=cause.ratio,
            events=cause.events,
            ratio=cause.ratio,
            lines=cause.lines,
            slow=cause.slow,
            usual=cause.usual,
            n=cause.n,
        )
    if isinstance(cause, FlakyTests):
        return claim(
            "mend_flaky_tests",
            metric=Metric.LEAD_TIME,
            value=cause.part / cause.of,
            events=cause.events,
            pipeline=cause.pipeline,
            part=cause.part,
            of=cause.of,
        )
    return claim(
        "clarify_scope",
        metric=Metric.LEAD_TIME,
        value=cause.part / cause.of,
        events=cause.events,
        part=cause.part,
        of=cause.of,
        slow=cause.slow,
        usual=cause.usual,
    )


def pipeline_speed(_: Match, picture: Picture) -> Claim:
    """The pipeline that takes most of the time."""
    window = cause_window(picture.facts, picture.team)
    return _pipeline(picture, window) or claim("pipeline_anywhere")


def _pipeline(picture: Picture, window: Window) -> Claim | None:
    place = pipeline_place(picture.facts, window)
    if place is None:
        service = lead_place(spent(picture.facts, window), "pipeline")
        return None if service is None else _timed("pipeline_service", service)
    return claim(
        "speed_pipeline",
        metric=Metric.LEAD_TIME,
        value=place.median,
        events=place.events,
        pipeline=place.name,
        seconds=place.median,
        n=place.n,
        share=place.share if place.share < 1 else None,
    )


def deployment_process(match: Match, picture: Picture) -> Claim:
    """The longest wait after the merge: gate, button, release, rollout, and where releases are rare the pipeline."""
    window = cause_window(picture.facts, picture.team)
    waits = _waits_after_merge(spent(picture.facts, window))
    kinds = [kind for kind in waits if kind != "pipeline" or match.rule in RARE]
    for kind in sorted(kinds, key=lambda each: -waits[each]):
        step = AFTER_MERGE[kind](picture, window)
        if step is not None:
            return step
    return _release_what_waits(picture, window)


def _waits_after_merge(changes: tuple[Spent, ...]) -> Mapping[str, float]:
    """Seconds by kind of wait; only kinds on which time was spent."""
    waits: defaultdict[str, float] = defaultdict(float)
    for each in changes:
        delivered = each.change.delivered_by
        manual = delivered is not None and delivered.trigger == "manual"
        kinds = AFTER_MERGE_KINDS | {"release_wait": "button" if manual else "release"}
        for stage, kind in kinds.items():
            waits[kind] += each.change.stages.get(stage, 0.0)
    return {kind: seconds for kind, seconds in waits.items() if seconds > 0}


def _gate(picture: Picture, window: Window) -> Claim | None:
    place = gate_place(picture.facts, window)
    if place is None:
        return None
    return claim(
        "ease_gate",
        metric=Metric.LEAD_TIME,
        value=place.median,
        events=place.events,
        gate=place.name,
        seconds=place.median,
        n=place.n,
    )


def _button(picture: Picture, window: Window) -> Claim | None:
    place = rollout_place(picture.facts, window, _by_hand)
    if place is None:
        return None
    service, deployments = place
    keys = [
        fact.key
        for fact in reversed(picture.facts.deployments)
        if fact.service == service and fact.finished_at in window and _by_hand(fact)
    ]
    return claim("automate_release", events=keys, service=service, part=deployments.part, of=deployments.of)


def _by_hand(fact: DeploymentFact) -> bool:
    return fact.event.trigger == "manual"


def _release(picture: Picture, window: Window) -> Claim | None:
    return _stage_place("release_sooner", "release_wait", picture, window)


def _rollout(picture: Picture, window: Window) -> Claim | None:
    return _stage_place("shorten_rollout", "deploy", picture, window)


def _stage_place(key: str, stage: str, picture: Picture, window: Window) -> Claim | None:
    changes = [Spent(each.change, each.change.stages) for each in spent(picture.facts, window)]
    place = lead_place(changes, stage)
    return None if place is None else _timed(key, place)


AFTER_MERGE: Mapping[str, Callable[[Picture, Window], Claim | None]] = {
    "gate": _gate,
    "button": _button,
    "release": _release,
    "rollout": _rollout,
    "pipeline": _pipeline,
}


def _release_what_waits(picture: Picture, window: Window) -> Claim:
    """Where no stage after the merge is known: the service with the most work that waits, else the busiest."""
    waiting = waiting_now(picture.facts)
    if waiting:
        counts = Counter(service for change in waiting for service in change.event.all_services)
        service = most(counts)
        here = [change for change in waiting if service in change.event.all_services]
        keys = [change.key for change in here]
        days = (picture.facts.as_of - here[0].merged_at) / DAY
        return claim("release_waiting", events=keys, service=service, n=len(here), seconds=days * DAY)
    busiest = busiest_service(picture.facts, window)
    return claim("release_anywhere") if busiest is None else claim("release_service", service=busiest[0])


def change_size(match: Match, picture: Picture) -> Claim:
    """Smaller pieces: of work where coding takes longest, of releases where there are too few to judge."""
    window = cause_window(picture.facts, picture.team)
    place = None if match.rule == "U1" else lead_place(spent(picture.facts, window), "coding")
    if place is not None:
        return _timed("start_smaller", place)
    busiest = busiest_service(picture.facts, window)
    if busiest is None:
        return claim("release_in_parts", have=picture.signs.deployments_known)
    keys = newest(picture.measures.deployment_frequency.events)
    return claim(
        "release_service_in_parts",
        events=keys,
        service=busiest[0],
        have=picture.signs.deployments_known,
        batch=picture.signs.changes_per_deployment,
    )


def batch_size(_: Match, picture: Picture) -> Claim:
    """Little waits, so what comes in decides how often something goes out."""
    signs = picture.signs
    return claim("slice_work", backlog=signs.waiting_backlog, batch=signs.changes_per_deployment)


def hold(_: Match, __: Picture) -> Claim:
    """Nothing to do before failures and recovery are sound and known."""
    return claim("hold_frequency")


def _timed(key: str, place: TimePlace, **figures: float | str | None) -> Claim:
    return claim(
        key,
        metric=Metric.LEAD_TIME,
        value=place.median,
        events=place.events,
        service=place.name,
        seconds=place.median,
        n=place.n,
        share=place.share,
        **figures,
    )


def _longest_review_stage(changes: tuple[Spent, ...], service: str) -> str:
    totals = {
        stage: sum(each.change.stages.get(stage, 0.0) for each in changes if each.service == service)
        for stage in REVIEW_STAGES
    }
    return max(REVIEW_STAGES, key=totals.__getitem__)
