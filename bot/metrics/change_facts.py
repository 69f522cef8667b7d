"""Changes as facts: who delivered them, how long that took, and where the time went."""

from __future__ import annotations

from collections.abc import Callable

from bot.calendar import DAY
from bot.metrics.delivery import Delivery
from bot.metrics.facts import ChangeFact, DeploymentFact
from bot.metrics.known import change_at, known
from bot.metrics.lead_stages import Way, lead_stages
from bot.metrics.look import Look
from bot.metrics.rows import ChangeRow, DeploymentRow, Journey, RunRow

# After so long without a deployment, the first one says nothing about how long its changes took.
LONG_GAP = 60 * DAY
# A deployment of more is an import, not a delivery.
MOST_COMMITS = 5_000


def change_fact(look: Look, row: ChangeRow, fact_of: Callable[[DeploymentRow], DeploymentFact]) -> ChangeFact:
    """A merged change. The lead time is from its first authored commit to the finish of the first deployment."""
    delivery = look.delivery(row)
    by = delivery.by
    event = change_at(row, look.as_of)
    if by is None:
        return ChangeFact(event, row.key, row.merged_at)
    journey = _journey(look, row, by) if _has_lead_time(row, delivery) else None
    return ChangeFact(
        event=event,
        key=row.key,
        merged_at=row.merged_at,
        delivered_at=by.finished_at,
        delivered_by=fact_of(by),
        delivery_inferred=delivery.inferred,
        lead_time=None if journey is None else journey.seconds,
        stages={} if journey is None else journey.stages,
    )


def lead_seconds(row: ChangeRow, delivery: Delivery) -> float | None:
    """From its first authored commit to its delivery; None where there is no delivery, or no honest lead time."""
    by, first = delivery.by, row.first_commit_at
    if by is None or first is None or first > by.finished_at or not _has_lead_time(row, delivery):
        return None
    return by.finished_at - first


def _journey(look: Look, row: ChangeRow, by: DeploymentRow) -> Journey:
    """Worked out once, unless some of it is not known yet."""
    settled = row.journey
    if settled is not None and settled.by is by and settled.known_at < look.as_of:
        return settled
    runs = _runs(look, row, by)
    way = _way(look, row, by, runs)
    known_at = max([row.latest, by.latest, *[run.known_at for run in runs]])
    if way is None:
        made = Journey(by, known_at, None, {})
    else:
        made = Journey(by, known_at, way.delivered_at - way.first_commit_at, lead_stages(way))
    if known_at < look.as_of:
        row.journey = made
    return made


def _has_lead_time(row: ChangeRow, delivery: Delivery) -> bool:
    """Not for a bot's change, nor for an import; and where only time says who delivered it, not after a gap."""
    by = delivery.by
    if (
        by is None
        or row.event.automated
        or max(len(row.event.commits or ()), len(by.event.commits or ())) > MOST_COMMITS
    ):
        return False
    if not delivery.inferred:
        return True
    return by.before is not None and by.finished_at - by.before.finished_at < LONG_GAP


def _way(look: Look, row: ChangeRow, by: DeploymentRow, runs: list[RunRow]) -> Way | None:
    """The instants that were known; None without a first commit before the delivery."""
    first = row.first_commit_at
    if first is None or first > by.finished_at:
        return None
    return Way(
        first_commit_at=first,
        merged_at=row.merged_at,
        delivered_at=by.finished_at,
        opened_at=known(row.opened_at, look.as_of),
        first_review_at=known(row.first_review_at, look.as_of),
        approved_at=known(row.approved_at, look.as_of),
        pipeline_ended_at=max([run.known_at for run in runs if run.known_at < look.as_of], default=None),
        rollout_at=by.started_at,
        gates=tuple([(start, known(end, look.as_of)) for start, end in by.gates if start < look.as_of]),
    )


def _runs(look: Look, row: ChangeRow, by: DeploymentRow) -> list[RunRow]:
    """The runs of the delivering sha that started before the deployment; the last of them ends the pipeline."""
    sha = by.event.sha or row.event.merge_sha
    runs = look.timeline.runs_of.get(sha, ()) if sha is not None else ()
    return [run for run in runs if run.begun_at < by.begun_at]
