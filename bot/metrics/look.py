"""One look at a team's timeline from an instant: what was known then, worked out once for each row."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.metrics.delivery import Delivery, deliver
from bot.metrics.rows import ChangeRow, DeploymentRow
from bot.metrics.timeline import Timeline


@dataclass(slots=True, eq=False)
class Look:
    """Nothing timed at or after `as_of` is seen through it."""

    timeline: Timeline
    as_of: float
    _deliveries: dict[ChangeRow, Delivery] = field(default_factory=dict[ChangeRow, Delivery])
    _planned: dict[DeploymentRow, bool] = field(default_factory=dict[DeploymentRow, bool])

    def delivery(self, change: ChangeRow) -> Delivery:
        """Who brought a change that had been merged; worked out once for all looks after which nothing can alter it."""
        known = self.timeline.settled if change.settled_at < self.as_of else self._deliveries
        delivery = known.get(change)
        if delivery is None:
            delivery = known[change] = deliver(change, self.timeline.services, self.as_of)
        return delivery

    def brought(self, deployment: DeploymentRow) -> list[ChangeRow]:
        """The changes that a deployment was the first of its service to bring, in order of their merge."""
        if not deployment.reached_users(self.as_of):
            return []
        return [
            change
            for change in deployment.candidates
            if change.merged_at < self.as_of and deployment in self.delivery(change).brought
        ]

    def planned(self, deployment: DeploymentRow) -> bool:
        """Whether it was made to bring something, not to mend something."""
        known = self._planned.get(deployment)
        if known is None:
            known = self._planned[deployment] = not self._remediation(deployment)
        return known

    def _remediation(self, deployment: DeploymentRow) -> bool:
        """By its reference; else by its own word; else by what it brought: an earlier version, or only mends."""
        if deployment.refers:
            return True
        if deployment.event.unplanned is not None:
            return deployment.event.unplanned
        if deployment.redeploys:
            return True
        if not deployment.may_mend:
            return False
        brought = self.brought(deployment)
        return bool(brought) and all(change.mends for change in brought)

    def can_fail(self, deployment: DeploymentRow | None) -> bool:
        """Only what reached users as planned can fail, and not where its source says that it did not."""
        return (
            deployment is not None
            and deployment.reached_users(self.as_of)
            and deployment.verdict(self.as_of) is not False
            and self.planned(deployment)
        )
