"""Changes: the pull requests that were merged, with their commits, reviews and files in the same answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from bot.events import Change, Event
from bot.source import Ask, Page
from integrations.github.graph import Reply, TooMuchError, ask_repository, inner, listed
from integrations.github.listing import newest_first, page, read
from integrations.github.repository import Repository
from integrations.github.reviews import is_bot, reviewed
from integrations.github.site import GitHubSite
from integrations.github.wording import reverted
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.paths import components, is_test
from integrations.wording import issues_named

# Pull requests a page: with their files and reviews, larger pages come close to GitHub's ten seconds, and huge pull
# requests need smaller ones. Where the list goes on does not depend on the size.
_PAGES = (25, 5, 1)
_OVERLAP = timedelta(hours=1)
_RENAMED = frozenset({"main", "master"})  # one was renamed to the other in most repositories

_QUERY = """
query($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    pullRequests(states: MERGED, first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage }
      edges {
        cursor
        node {
          number url title body baseRefName headRefName createdAt mergedAt updatedAt additions deletions changedFiles
          author { __typename login }
          mergeCommit { oid }
          labels(first: 30) { nodes { name } }
          commits(first: 100) { totalCount nodes { commit { oid authoredDate } } }
          files(first: 100) { nodes { path } }
          reviews(first: 100) {
            totalCount
            nodes { state submittedAt author { __typename login } commit { oid } comments { totalCount } }
          }
          closingIssuesReferences(first: 20) { nodes { number repository { nameWithOwner } } }
          timelineItems(first: 1, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]) {
            nodes { __typename ... on ReadyForReviewEvent { createdAt } }
          }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one repository."""

    site: GitHubSite
    repository: Repository
    base: Globs | None
    hotfix_labels: Globs
    hotfix_branches: Globs
    bots: Globs
    overlap: ClassVar[timedelta] = _OVERLAP

    def fetch(self, ask: Ask) -> Page:
        """One page; the list is sorted by the last change, so a late edit brings its pull request to the top."""
        reply = self._asked(ask.token)
        pulls = listed(self.site, self.repository.name, reply, "pullRequests", "pull requests")
        cut = newest_first(ask, pulls, reply.problems, "updatedAt")
        cut = replace(cut, items=[_without_text(item, self.repository.name) for item in cut.items])
        base = self.base or _default_base(reply.data["defaultBranchRef"])
        reading = Reading()
        read(cut, reading, lambda item: f"#{item['number']}", lambda item: self._parse(item, base, reading))
        return page(reading, cut)

    def _asked(self, after: str | None) -> Reply:
        for first in _PAGES[:-1]:
            with suppress(TooMuchError):
                return ask_repository(self.site, self.repository.name, _QUERY, first=first, after=after)
        return ask_repository(self.site, self.repository.name, _QUERY, first=_PAGES[-1], after=after)

    def _parse(self, item: Item, base: Globs, reading: Reading) -> Iterator[Event]:
        if item["mergedAt"] is None:
            raise PassedOverError("not merged")
        if not base.fit(item["baseRefName"]):
            raise PassedOverError("merged into another branch than `base` names")
        paths = _paths(item, reading)
        yield self._change(item, paths, self.repository.of_change(paths or ()), reading)

    def _change(self, item: Item, paths: list[str] | None, services: tuple[str, ...], reading: Reading) -> Change:
        merged_at = datetime.fromisoformat(item["mergedAt"])
        said = reviewed(item["author"], _nodes(item, "reviews", reading), merged_at, self.bots)
        shas, first_commit_at = _commits(item, merged_at, reading)
        all_known = paths is not None and len(paths) == item["changedFiles"]
        return Change(
            kind="change",
            source=self.repository.source,
            id=str(item["number"]),
            url=item["url"],
            updated_at=datetime.fromisoformat(item["updatedAt"]),
            service=services[0] if len(services) == 1 else None,
            services=services if len(services) > 1 else None,
            repository=self.repository.name,
            first_commit_at=first_commit_at,
            opened_at=_opened_at(item, merged_at, said.first_review_at, reading),
            first_review_at=said.first_review_at,
            approved_at=said.approved_at,
            merged_at=merged_at,
            merge_sha=inner(item, "mergeCommit", "oid"),
            commits=shas,
            additions=item["additions"],
            deletions=item["deletions"],
            files=item["changedFiles"],
            reviews=said.reviews,
            review_rounds=said.rounds,
            review_comments=said.comments,
            test_files=sum(map(is_test, paths or ())) if all_known else None,
            hotfix=True if self._is_hotfix(item, reading) else None,
            automated=True if is_bot(item["author"], self.bots) else None,
            reverts=item["reverts"],
            issues=_issues(item, reading),
            components=components(paths or ()) or None,
        )

    def _is_hotfix(self, item: Item, reading: Reading) -> bool:
        labels = (label["name"] for label in _nodes(item, "labels", reading) or ())
        return self.hotfix_labels.first(labels) is not None or self.hotfix_branches.fit(item["headRefName"])


def _without_text(item: Item, repository: str) -> Item:
    """With what its words say in place of them: they may name people, and an item that is set aside is kept."""
    title, branch, body = (str(item.get(field) or "") for field in ("title", "headRefName", "body"))
    kept = {field: value for field, value in item.items() if field != "body"}
    own_words = "" if inner(item, "author", "__typename") == "Bot" else body  # a bot's text quotes others at length
    return {
        **kept,
        "reverts": reverted(repository, title, body),
        "issues": issues_named(repository, title, branch, own_words),
    }


def _default_base(branch: Mapping[str, str] | None) -> Globs:
    """The default branch; what was merged before it was renamed still names the other one."""
    name = branch["name"] if branch else ""
    return Globs.of(_RENAMED if name in _RENAMED else [_literally(name)])


def _literally(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _nodes(item: Item, field: str, reading: Reading) -> Sequence[Any] | None:
    """The beginning of a list within an item; None where the credential may not read it."""
    connection = item[field]
    if connection is None:
        reading.note(f"without {field}, which the credential may not read")
        return None
    nodes = connection["nodes"]
    if connection.get("totalCount", 0) > len(nodes):
        reading.note(f"with a part of its {field} only")
    return nodes


def _issues(item: Item, reading: Reading) -> tuple[str, ...]:
    """Those that it closes, as GitHub knows, and those that it names."""
    closed = (
        f"{issue['repository']['nameWithOwner']}#{issue['number']}"
        for issue in _nodes(item, "closingIssuesReferences", reading) or ()
    )
    return tuple(dict.fromkeys((*closed, *item["issues"])))


def _commits(item: Item, merged_at: datetime, reading: Reading) -> tuple[tuple[str, ...], datetime | None]:
    """The shas, and the earliest authored date that can be true."""
    commits = [each["commit"] for each in _nodes(item, "commits", reading) or ()]
    authored = (datetime.fromisoformat(commit["authoredDate"]) for commit in commits)
    return tuple(commit["oid"] for commit in commits), min((at for at in authored if at <= merged_at), default=None)


def _paths(item: Item, reading: Reading) -> list[str] | None:
    files = item["files"]
    if files is None:
        reading.note("without files, which GitHub does not show")
        return None
    paths = [file["path"] for file in files["nodes"]]
    if len(paths) < (item["changedFiles"] or 0):
        reading.note("with a part of its files only")
    return paths


def _opened_at(item: Item, merged_at: datetime, first_review_at: datetime | None, reading: Reading) -> datetime | None:
    """When it was opened for review: a draft, when it was ready, unless it was reviewed before."""
    opened_at = datetime.fromisoformat(item["createdAt"])
    events = item["timelineItems"]["nodes"]
    if events and events[0]["__typename"] == "ReadyForReviewEvent":
        ready_at = datetime.fromisoformat(events[0]["createdAt"])
        if ready_at <= merged_at and (first_review_at is None or ready_at <= first_review_at):
            opened_at = ready_at
    if opened_at > merged_at:
        reading.note("merged before it was opened; when it was opened is left out")
        return None
    return opened_at
