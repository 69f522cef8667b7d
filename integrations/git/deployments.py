"""Releases as deployments, and which of them mended an earlier one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

from bot.events import Change, Deployment
from bot.events.event import MAX_TEXTS
from integrations.git.changes import is_hotfix
from integrations.git.releases import Placed, Release
from integrations.git.tags import version

_PATCH_SECONDS = 72 * 3_600  # a patch release so soon after its predecessor mends it
_MENDS_SECONDS = 7 * 86_400  # a hotfix is taken to mend a predecessor at most this much older
_BLAME_SECONDS = 86_400  # an unplanned deployment that names nothing blames what went out in the day before
_HABIT = 10  # steps from release to release that show how a project usually ships


def deployments(placed: Sequence[Placed], changes: Sequence[Change], service: str) -> tuple[Deployment, ...]:
    """One successful production deployment a release, in order of time."""
    history = _Mending(placed, changes)
    return tuple(_deployment(one, service, history) for one in placed)


def _deployment(one: Placed, service: str, history: _Mending) -> Deployment:
    mended = history.mended_by(one)
    return Deployment(
        kind="deployment",
        source=f"git:{service}",
        id=one.release.name,
        service=service,
        status="success",
        finished_at=datetime.fromtimestamp(one.release.at, UTC),
        sha=one.release.sha,
        version=one.release.name,
        previous_sha=one.predecessor.sha if one.predecessor else None,
        commits=one.brought[-MAX_TEXTS:],  # of a longer history the newest
        fixes=f"deployment:git:{service}:{mended.name}" if mended else None,
        unplanned=True if mended or history.is_lone_hotfix(one) else None,
    )


class _Mending:
    """What a whole history says about its hotfixes."""

    def __init__(self, placed: Sequence[Placed], changes: Sequence[Change]) -> None:
        self._change_at = {change.merge_sha: change for change in changes}
        self._release_of = {sha: one.release for one in placed for sha in one.brought}
        self._times = sorted(one.release.at for one in placed)
        gaps = [one.release.at - one.predecessor.at for one in placed if one.predecessor]
        # Where releases usually follow within 72 h, a patch release is the ordinary way to ship, not a repair.
        self._patches_are_ordinary = len(gaps) >= _HABIT and median(gaps) <= _PATCH_SECONDS

    def is_hotfix(self, one: Placed) -> bool:
        """Whether a release was made to mend: it says so, it only reverts, or it is an early patch."""
        said = is_hotfix(one.release.name) or is_hotfix(one.release.message)
        return said or bool(self._reverted(one)) or self._is_early_patch(one)

    def is_lone_hotfix(self, one: Placed) -> bool:
        """Whether a hotfix that names nothing blames nothing either: what went out just before is no ancestor."""
        day_before = bisect_left(self._times, one.release.at - _BLAME_SECONDS)
        return self.is_hotfix(one) and bisect_left(self._times, one.release.at) == day_before

    def mended_by(self, one: Placed) -> Release | None:
        """The release that a hotfix mended: the one that brought what it reverts, else its predecessor."""
        if not self.is_hotfix(one):
            return None
        brought = [self._release_of[sha] for sha in self._reverted(one) if sha in self._release_of]
        blamed = max(brought, key=lambda release: release.at, default=one.predecessor)
        return blamed if blamed is not None and 0 <= one.release.at - blamed.at <= _MENDS_SECONDS else None

    def _reverted(self, one: Placed) -> tuple[str, ...]:
        """The commits that a release undoes, where undoing is all that it does."""
        brought = [change for sha in one.brought if (change := self._change_at.get(sha))]
        undone = [change.reverts for change in brought if change.reverts]
        return tuple(undone) if undone and len(undone) == len(brought) else ()

    def _is_early_patch(self, one: Placed) -> bool:
        if one.predecessor is None or self._patches_are_ordinary:
            return False
        mine, theirs = version(one.release.name), version(one.predecessor.name)
        soon = 0 <= one.release.at - one.predecessor.at <= _PATCH_SECONDS
        return soon and mine is not None and theirs is not None and mine.is_patch_of(theirs)
