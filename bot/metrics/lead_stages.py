"""Where the lead time of one change went: consecutive stages that add up to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Span = tuple[float, float]
Staged = tuple[str, Span]

UNKNOWN = "unknown"


class Way(NamedTuple):
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
    merged = cut(way.merged_at, way.first_commit_at, way.delivered_at)
    spans = _spans(way, merged)
    found: dict[str, float] = {}
    for stage, (start, end) in spans:
        found[stage] = found.get(stage, 0.0) + end - start
    if way.gates:
        _move_waits(found, way, [(stage, span) for stage, span in spans if span[0] >= merged])
    if found.get(UNKNOWN) == 0:
        del found[UNKNOWN]
    return found


def _spans(way: Way, merged: float) -> list[Staged]:
    """Each stage from the end of the one before to its own; over ends that are not known the span is unknown."""
    rollout = None if way.rollout_at is None else cut(way.rollout_at, merged, way.delivered_at)
    hold = way.delivered_at if rollout is None else rollout
    ends = (
        ("coding", way.opened_at, merged),
        ("pickup", way.first_review_at, merged),
        ("review", way.approved_at, merged),
        ("merge_wait", merged, merged),
        ("pipeline", way.pipeline_ended_at, hold),
        ("release_wait", rollout, hold),
        ("deploy", way.delivered_at, way.delivered_at),
    )
    spans: list[Staged] = []
    at, known = way.first_commit_at, True
    for stage, told, latest in ends:
        if told is None:
            known = False
            continue
        end = cut(told, at, latest)
        spans.append((stage if known else UNKNOWN, (at, end)))
        at, known = end, True
    return spans


def _move_waits(found: dict[str, float], way: Way, after_merge: Iterable[Staged]) -> None:
    """Time at a gate is the gate's wherever it falls after the merge; of a wait whose end is not known, nobody's."""
    gated = _union((start, end) for start, end in way.gates if end is not None)
    covered = _union((start, _latest_end(way, start) if end is None else end) for start, end in way.gates)
    at_gates = unseen = 0.0
    for stage, span in after_merge:
        gate = _overlap(span, gated)
        taken = max(gate, min(_overlap(span, covered), span[1] - span[0]))
        found[stage] = max(0.0, found[stage] - taken)
        at_gates += gate
        unseen += taken - gate
    found["gate"] = at_gates
    found[UNKNOWN] = found.get(UNKNOWN, 0.0) + unseen


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


def cut(at: float, start: float, end: float) -> float:
    """An instant brought between two others, so that no stage is negative."""
    return min(max(at, start), end)
