"""Changes as a history shows them: merged branches, squashed ones, and commits pushed directly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.events import Change
from bot.events.event import MAX_TEXTS
from integrations.git.log import Commit
from integrations.git.releases import take
from integrations.paths import components, is_test
from integrations.wording import issues_named, reverted_commit

_PULL_MERGE = re.compile(r"^Merge pull request #\d+|^Merged in .+\(pull request #\d+\)|^Merged PR \d+", re.MULTILINE)
_MERGE_REQUEST = re.compile(r"^See merge request ", re.MULTILINE)
_SQUASHED = re.compile(r"\([#!](?P<number>\d+)\)$")
_REVERTS_TITLE = re.compile(r"^Revert \"(?P<title>.+)\"(?: \([#!]\d+\))?$")
_HOTFIX = re.compile(r"\bhot[-_ ]?fix(?:es)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Landed:
    """One change: the commit by which it came onto the line, and the commits that it brought, that one included."""

    commit: Commit
    brought: tuple[Commit, ...]

    @property
    def squashed(self) -> bool:
        return len(self.brought) == 1 and _SQUASHED.search(self.commit.subject) is not None


def landed(head: str, new: Iterable[str], commits: Mapping[str, Commit]) -> Iterator[Landed]:
    """The changes among the new commits below a head, each with the commits that came with it.

    A merge of a whole line of integration (develop into main, main into a release branch) is no change of its own:
    the pull requests within it are.
    """
    waiting = set(new)
    heads = [head]
    while heads:
        for sha in _line(heads.pop(), commits, waiting):
            commit = commits[sha]
            if _integrates(commit, commits, waiting):
                heads.extend(commit.parents[1:])
                continue
            side = take(commit.parents[1:], commits, waiting)
            if side or not commit.is_merge:
                yield Landed(commit, (*(commits[one] for one in side), commit))


def _line(head: str, commits: Mapping[str, Commit], waiting: set[str]) -> list[str]:
    """The first parents from a head down, oldest first; they wait no longer."""
    line: list[str] = []
    while head in waiting:
        waiting.discard(head)
        line.append(head)
        parents = commits[head].parents
        head = parents[0] if parents else ""
    return line[::-1]


def _integrates(commit: Commit, commits: Mapping[str, Commit], waiting: set[str]) -> bool:
    """Whether a merge brings whole pull requests rather than one branch of work."""
    if not commit.is_merge or _is_pull_request(commit):
        return False
    return any(_is_pull_request(commits[sha]) for sha in take(commit.parents[1:], commits, set(waiting)))


def _is_pull_request(commit: Commit) -> bool:
    if commit.is_merge:
        return bool(_PULL_MERGE.search(commit.message) or _MERGE_REQUEST.search(commit.message))
    return _SQUASHED.search(commit.subject) is not None


class Reverted:
    """Finds the change that a revert undoes: by the sha or, where a host writes only its title, by that."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self._by_subject = {commit.subject: commit.sha for commit in commits if not commit.subject.startswith("Revert")}

    def sha(self, commit: Commit) -> str | None:
        """The commit that this one says it reverts, None where it says nothing of the kind."""
        if sha := reverted_commit(commit.message):
            return sha
        title = _REVERTS_TITLE.match(commit.subject)
        return self._by_subject.get(title["title"]) if title else None


def is_hotfix(text: str) -> bool:
    """Whether a name or a message says hotfix."""
    return _HOTFIX.search(text) is not None


def change(one: Landed, service: str, reverted: Reverted) -> Change | None:
    """The event of a change; None where its commit carries no believable time.

    Git knows the authored and the merged time. Reviews and approvals it does not know, so they stay unknown; of a
    squashed change only the one commit is left, so its first commit is marked as inferred.
    """
    if one.commit.committed is None:
        return None
    authored = [commit.authored for commit in one.brought if commit.authored is not None]
    first = min((time for time in authored if time <= one.commit.committed), default=None)
    files = {name for commit in one.brought for name in commit.files}
    undoes = {sha for commit in one.brought if not commit.is_merge and (sha := reverted.sha(commit))}
    return Change(
        kind="change",
        source=f"git:{service}",
        id=one.commit.sha,
        service=service,
        first_commit_at=None if first is None else _moment(first),
        merged_at=_moment(one.commit.committed),
        merge_sha=one.commit.sha,
        commits=tuple(sorted(commit.sha for commit in one.brought))[:MAX_TEXTS],
        files=len(files) if files else None,
        test_files=sum(map(is_test, files)) if files else None,
        hotfix=True if is_hotfix(one.commit.subject) else None,
        automated=True if all(commit.by_bot for commit in one.brought if not commit.is_merge) else None,
        first_commit_inferred=True if one.squashed else None,
        reverts=min(undoes) if len(undoes) == 1 else None,
        issues=tuple(sorted({issue for commit in one.brought for issue in _issues(commit)})) or None,
        components=components(files) or None,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _issues(commit: Commit) -> tuple[str, ...]:
    return issues_named("", commit.subject, "", commit.message)
