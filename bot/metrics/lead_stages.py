"""Where the lead time of one change went: consecutive stages that add up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[float, float]
Staged = tuple[str, Span]

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Way:
    """The instants of one change's way to production; None where not known."""

    first_commit_at: float
    merged_at: float
    delivered_at: float
    opened_at: float | None = None
    first_review_at: float | None = None
    approved_at: float | None = None
    pipeline_ended_at: float | None = None
    rollout_at: float | None = None
    gates: tuple[tuple[float, float | None], ...] = ()  # waits; the end may not be known


def lead_stages(way: Way) -> dict[str, float]:
    """Seconds by stage, for each stage whose both ends are known; a span with an unknown end is `unknown`.

    Instants out of order are cut into order, so that no stage is negative; merge, rollout and delivery hold.
    """
    merged = _cut(way.merged_at, way.first_commit_at, way.delivered_at)
    found: defaultdict[str, float] = defaultdict(float)
    for stage, (start, end) in _to_merge(way, merged):
        found[stage] += end - start
    for stage, (start, end) in _to_users(way, merged):
        found[stage] += end - start
    if way.gates:
        _move_waits(found, way, merged)
    return {stage: seconds for stage, seconds in found.items() if seconds > 0 or stage != UNKNOWN}


def _to_merge(way: Way, merged: float) -> Iterator[Staged]:
    told = (("coding", way.opened_at), ("pickup", way.first_review_at), ("review", way.approved_at))
    return _spans(way.first_commit_at, told, ("merge_wait", merged))


def _to_users(way: Way, merged: float) -> Iterator[Staged]:
    pipeline = ("pipeline", way.pipeline_ended_at)
    if way.rollout_at is None:
        yield from _spans(merged, (pipeline, ("release_wait", None)), ("deploy", way.delivered_at))
        return
    rollout = _cut(way.rollout_at, merged, way.delivered_at)
    yield from _spans(merged, (pipeline,), ("release_wait", rollout))
    yield "deploy", (rollout, way.delivered_at)


def _spans(start: float, told: Iterable[tuple[str, float | None]], last: tuple[str, float]) -> Iterator[Staged]:
    """Each stage from the end of the one before to its own; over ends that are not known the span is unknown."""
    at, known = start, True
    for stage, end in (*told, last):
        if end is None:
            known = False
            continue
        cut = _cut(end, at, last[1])
        yield (stage if known else UNKNOWN), (at, cut)
        at, known = cut, True


def _move_waits(found: dict[str, float], way: Way, merged: float) -> None:
    """Time at a gate is the gate's wherever it falls after the merge; of a wait whose end is not known, nobody's."""
    found["gate"] = 0.0
    gated = _union((start, end) for start, end in way.gates if end is not None)
    covered = _union((start, _latest_end(way, start) if end is None else end) for start, end in way.gates)
    for stage, span in _to_users(way, merged):
        at_gates = _overlap(span, gated)
        taken = min(_overlap(span, covered), span[1] - span[0])
        found[stage] -= taken
        found["gate"] += at_gates
        found[UNKNOWN] += max(0.0, taken - at_gates)
        found[stage] = max(0.0, found[stage])


def _latest_end(way: Way, start: float) -> float:
    """A gate held back the rollout if it began before it, else no more than the delivery."""
    return way.rollout_at if way.rollout_at is not None and way.rollout_at > start else way.delivered_at


def _union(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that do not overlap, in order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _overlap(span: Span, others: Iterable[Span]) -> float:
    return sum(max(0.0, min(span[1], end) - max(span[0], start)) for start, end in others)


def _cut(at: float, start: float, end: float) -> float:
    return min(max(at, start), end)
