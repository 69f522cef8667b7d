"""From a repository to events: which commits are releases, what each brought, and what still waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import HistoryError
from bot.events import Change, Deployment
from integrations.git.changes import Reverted, change, landed
from integrations.git.command import GitFailure
from integrations.git.deployments import deployments
from integrations.git.log import Commit, read_commits
from integrations.git.releases import Placed, Release, place, take
from integrations.git.repository import Repository, find, resolve, unreadable
from integrations.git.tags import Tag, is_release, read_tags

_TAGS_NAMED = 5  # in a sentence about tags that were not taken


@dataclass(frozen=True, slots=True)
class History:
    """What a repository tells: the service is its folder's name; `undated` releases were left out."""

    service: str
    deployments: tuple[Deployment, ...]
    changes: tuple[Change, ...]
    commits: int
    undated: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[Deployment | Change, ...]:
        return (*self.deployments, *self.changes)


def read_history(path: Path, *, tags: str | None = None, deploy_ref: str | None = None) -> History:
    """Read a repository: version-like tags, tags that match a pattern, or each commit that landed on a branch.

    Raises:
        HistoryError: one sentence, when there is nothing that could be read, and what to do.
    """
    repository = find(path)
    try:
        return _read(repository, tags, deploy_ref)
    except GitFailure as failure:  # a damaged repository, or settings of its own that git refuses
        raise HistoryError(unreadable(repository.path, str(failure))) from failure


def _read(repository: Repository, tags: str | None, deploy_ref: str | None) -> History:
    head = resolve(repository, deploy_ref or "HEAD")
    if deploy_ref is None:
        found = read_tags(repository.path)
        commits = read_commits(repository.path, [head, "--tags"])
        dated, undated = _tagged(found, tags, commits)
        if not dated:
            raise HistoryError(_no_release(repository, found, tags))
    else:
        commits = read_commits(repository.path, [head])
        dated, undated = _landings(head, commits), ()
    placed = place(dated, commits)
    changes = tuple(_changes(repository.name, head, placed, commits))
    return History(repository.name, deployments(placed, changes, repository.name), changes, len(commits), undated)


def _tagged(
    found: Sequence[Tag], pattern: str | None, commits: Mapping[str, Commit]
) -> tuple[list[Release], tuple[str, ...]]:
    """The releases among the tags, and the names of those without a believable time."""
    wanted = [tag for tag in found if is_release(tag.name, pattern) and tag.sha in commits]
    dated = sorted((tag.created, tag.name, tag) for tag in wanted if tag.created is not None)
    releases = [Release(tag.name, tag.sha, created, tag.subject) for created, _, tag in dated]
    undated = tuple(sorted(tag.name for tag in wanted if tag.created is None))
    if pattern is not None:  # deployment tags may come back to a commit: that is a rollback
        return releases, undated
    # A second version of one commit (v1.2 and 1.2.0, a library's own numbering) is a second name.
    first_name = {release.sha: release for release in reversed(releases)}
    return [release for release in releases if first_name[release.sha] is release], undated


def _landings(head: str, commits: Mapping[str, Commit]) -> list[Release]:
    """Each commit on the branch's own line: a merge, a squashed change or a direct push."""
    line: list[Release] = []
    sha = head
    while sha:
        commit = commits[sha]
        if commit.committed is not None:
            line.append(Release(sha, sha, commit.committed, commit.subject))
        sha = commit.parents[0] if commit.parents else ""
    return line


def _changes(service: str, head: str, placed: Sequence[Placed], commits: Mapping[str, Commit]) -> Iterator[Change]:
    reverted = Reverted(commits.values())
    waiting = set(commits) - {sha for one in placed for sha in one.brought}
    groups = [(one.release.sha, one.brought) for one in placed]
    groups.append((head, tuple(take([head], commits, waiting))))
    for sha, brought in groups:
        for one in landed(sha, brought, commits):
            if event := change(one, service, reverted):
                yield event


def _no_release(repository: Repository, found: Sequence[Tag], pattern: str | None) -> str:
    instead = f"--deploy-ref {repository.branch or 'BRANCH'}"
    if not found:
        return f"{repository.path} has no tags; name the branch that is deployed instead: {instead}."
    names = ", ".join(tag.name for tag in found[-_TAGS_NAMED:])
    wanted = f"matches {pattern!r}" if pattern else "looks like a version"
    return (
        f"None of the {len(found)} tags of {repository.path} {wanted} (the last ones: {names}); "
        f"give a pattern with --tags, or the branch that is deployed with {instead}."
    )
