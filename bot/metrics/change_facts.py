"""Changes as facts: who delivered them, how long that took, and where the time went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.calendar import DAY
from bot.metrics.delivery import Delivery
from bot.metrics.facts import ChangeFact
from bot.metrics.known import change_at, deployment_at, known
from bot.metrics.lead_stages import Way, lead_stages
from bot.metrics.look import Look
from bot.metrics.rows import ChangeRow, DeploymentRow, RunRow

# After so long without a deployment, the first one says nothing about how long its changes took.
LONG_GAP = 60 * DAY
# A deployment of more is an import, not a delivery.
MOST_COMMITS = 5_000


def change_fact(look: Look, row: ChangeRow) -> ChangeFact:
    """A merged change; made once for all looks after which nothing can alter it.

    The lead time is from its first authored commit to the finish of the first deployment.
    """
    if row.fact is not None and row.told_at < look.as_of:
        return row.fact
    delivery = look.delivery(row)
    runs = () if delivery.by is None else _runs(look, row, delivery.by)
    made, told_at = _fact(look, row, delivery, runs), _told_at(row, delivery.by, runs)
    if told_at < look.as_of:
        row.fact, row.told_at = made, told_at
    return made


def _fact(look: Look, row: ChangeRow, delivery: Delivery, runs: Sequence[RunRow]) -> ChangeFact:
    by, event = delivery.by, change_at(row, look.as_of)
    if by is None:
        return ChangeFact(event, row.key, row.merged_at)
    lead_time = lead_seconds(row, delivery)
    return ChangeFact(
        event=event,
        key=row.key,
        merged_at=row.merged_at,
        delivered_at=by.finished_at,
        delivered_by=deployment_at(by, look.as_of),
        delivery_inferred=delivery.inferred,
        lead_time=lead_time,
        tell_stages=dict if lead_time is None else _Journey(row, by, runs, look.as_of),
    )


def _told_at(row: ChangeRow, by: DeploymentRow | None, runs: Sequence[RunRow]) -> float:
    """When the last was known of what its fact rests on."""
    told_at = max(row.settled_at, row.latest)
    return told_at if by is None else max(told_at, by.latest, *[run.known_at for run in runs[-1:]])


def lead_seconds(row: ChangeRow, delivery: Delivery) -> float | None:
    """From its first authored commit to its delivery; None where there is no delivery, or no honest lead time."""
    by, first = delivery.by, row.first_commit_at
    if by is None or first is None or first > by.finished_at or not _has_lead_time(row, delivery):
        return None
    return by.finished_at - first


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


def _runs(look: Look, row: ChangeRow, by: DeploymentRow) -> Sequence[RunRow]:
    """Those of the sha that was delivered, in order."""
    sha = by.event.sha or row.event.merge_sha
    return look.timeline.runs_of.get(sha, ()) if sha is not None else ()


@dataclass(slots=True, eq=False)
class _Journey:
    """From the first commit of a change to its delivery, as it was known at an instant."""

    row: ChangeRow
    by: DeploymentRow
    runs: Sequence[RunRow]
    as_of: float
    _stages: Mapping[str, float] | None = None

    def __call__(self) -> Mapping[str, float]:
        if self._stages is None:
            self._stages = lead_stages(self._way())
        return self._stages

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Journey) and self() == other()

    def __hash__(self) -> int:
        return hash(self.row.key)

    def _way(self) -> Way:
        """The instants that were known. The last run that began before the deployment ends the pipeline."""
        row, by, as_of = self.row, self.by, self.as_of
        ends = [run.known_at for run in self.runs if run.begun_at < by.begun_at and run.known_at < as_of]
        assert row.first_commit_at is not None  # noqa: S101  only a change with a lead time has a journey
        return Way(
            first_commit_at=row.first_commit_at,
            merged_at=row.merged_at,
            delivered_at=by.finished_at,
            opened_at=known(row.opened_at, as_of),
            first_review_at=known(row.first_review_at, as_of),
            approved_at=known(row.approved_at, as_of),
            pipeline_ended_at=max(ends, default=None),
            rollout_at=by.started_at,
            gates=tuple([(start, known(end, as_of)) for start, end in by.gates if start < as_of]),
        )
