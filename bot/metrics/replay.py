"""What a level looks at, as it was known at an earlier instant: what its windows count, and nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from bot.metrics.causes import courses
from bot.metrics.change_facts import lead_seconds
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts
from bot.metrics.failures import Failed, failed_deployments
from bot.metrics.look import Look
from bot.metrics.measure import Metric
from bot.metrics.recoveries import recoveries
from bot.metrics.rows import DeploymentRow
from bot.metrics.team_deployments import TOGETHER, team_deployments
from bot.metrics.timeline import Timeline

# What a level looks at.
REPLAY_WEEKS = 26
_OF_FAILURES = frozenset({Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME})


def replay(rows: Timeline, as_of: float, since: float, asked: AbstractSet[Metric]) -> Facts:
    """What was deployed since an instant, and so much of failures, recoveries and lead times as is asked for.

    It is that of the whole history: whatever lies before and reaches into that time (a link, a redeployed version, an
    open incident, a deployment that is mended late) is looked up, not cut off. Many instants can be asked of the same
    rows, in any order. The events are as they are told today: of them a level counts none.
    """
    look, chosen = Look(rows, as_of), _deployments(rows, since, as_of)
    incidents = courses(look) if asked & _OF_FAILURES else []
    failed = failed_deployments(look, incidents) if asked & _OF_FAILURES else {}
    return Facts(
        as_of=as_of,
        team_deployments=team_deployments(_fact(look, row, failed.get(row)) for row in chosen),
        changes=tuple(_delivered(look, chosen)) if Metric.LEAD_TIME in asked else (),
        recoveries=recoveries(look, incidents, failed, since) if Metric.RECOVERY_TIME in asked else (),
        first_deployment_at=rows.first_deployment_before(as_of),
    )


def _deployments(rows: Timeline, since: float, as_of: float) -> list[DeploymentRow]:
    """Those that finished in time, and before them what may be one release with the first of them."""
    finishes = rows.finishes
    first, last = bisect_left(finishes, since), bisect_left(finishes, as_of)
    while 0 < first < len(finishes) and finishes[first] - finishes[first - 1] <= TOGETHER:
        first -= 1
    return rows.deployments[first:last]


def _fact(look: Look, row: DeploymentRow, failed: Failed | None) -> DeploymentFact:
    return DeploymentFact(
        event=row.event,
        key=row.key,
        service=row.service,
        started_at=row.started_at,
        finished_at=row.finished_at,
        successful=row.successful,
        planned=look.planned(row),
        failure=None if failed is None else failed.failure,
    )


def _delivered(look: Look, deployments: Iterable[DeploymentRow]) -> Iterator[ChangeFact]:
    """The changes with a lead time, by the deployment that was the first to bring them."""
    for row in deployments:
        for change in row.candidates:
            delivery = look.delivery(change) if change.merged_at < look.as_of else None
            seconds = lead_seconds(change, delivery) if delivery is not None and delivery.by is row else None
            if seconds is not None:
                yield ChangeFact(change.event, change.key, change.merged_at, row.finished_at, lead_time=seconds)
