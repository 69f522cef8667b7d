"""Changes: the merge requests that were merged, each with its commits and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Change, Event
from bot.source import Ask, Page
from integrations.gitlab.listing import by_update, changed_at, items_of, paged
from integrations.gitlab.project import Project
from integrations.gitlab.reviews import Reviewed, is_bot, reviewed
from integrations.gitlab.sizes import Size, sizes
from integrations.gitlab.wording import reverted
from integrations.globs import Globs
from integrations.http import RefusedError
from integrations.items import Item, PassedOverError, Reading
from integrations.paths import components, is_test
from integrations.wording import issues_named

_PAGE = 25  # each costs two more requests; a sync that is stopped begins again with the page
_PARTS = 100  # commits or notes that are asked for
_NOT_FOUND = 404
_RENAMED = {"main", "master"}  # one was renamed to the other in most projects


@dataclass(slots=True)
class Changes:
    """The changes of one project."""

    project: Project
    base: Globs | None
    hotfix_labels: Globs
    hotfix_branches: Globs
    bots: Globs
    _default_branch: str | None = field(default=None, init=False)
    overlap: ClassVar[timedelta] = timedelta(minutes=10)  # an edit moves a merge request to the top; clocks differ

    def fetch(self, ask: Ask) -> Page:
        listed = by_update(self.project, "merge_requests", ask, _PAGE, state="merged", scope="all")
        size_of = sizes(self.project, (item["iid"] for item in listed.items if "iid" in item))
        reading = Reading()
        return paged(
            listed,
            reading,
            lambda item: f"{self.project.name}!{item['iid']}",
            lambda item: self._parse(item, size_of, reading),
            event_id=lambda item: str(item["iid"]),
        )

    def _why_not(self, item: Item) -> str | None:
        if item["state"] != "merged":
            return "not merged"
        if item["merged_at"] is None:
            return "merged, and GitLab does not say when"
        return None if self._is_base(item["target_branch"]) else "merged into another branch than `base` names"

    def _parse(self, item: Item, size_of: Mapping[int, Size], reading: Reading) -> Iterator[Event]:
        if reason := self._why_not(item):
            raise PassedOverError(reason)
        size = size_of.get(item["iid"])
        if size is None:
            reading.note("without its size, which GraphQL does not tell")
        yield self._change(item, size, self.project.of_change(size.paths if size else ()), reading)

    def _change(self, item: Item, size: Size | None, services: tuple[str, ...], reading: Reading) -> Change:
        merged_at = datetime.fromisoformat(item["merged_at"])
        paths = size.paths if size else ()
        said = reviewed(item["author"], self._part(item, "notes", reading, sort="asc"), merged_at, self.bots)
        shas, first_commit_at = self._commits(item, merged_at, reading)
        description = item.get("description") or ""
        return Change(
            kind="change",
            source=self.project.source,
            id=str(item["iid"]),
            url=item.get("web_url"),
            updated_at=changed_at(item),
            service=services[0] if len(services) == 1 else None,
            services=services if len(services) > 1 else None,
            repository=self.project.name,
            first_commit_at=first_commit_at,
            first_commit_inferred=len(shas or ()) >= _PARTS or None,
            opened_at=_opened_at(item, merged_at, said, reading),
            first_review_at=said.first_review_at,
            approved_at=said.approved_at,
            merged_at=merged_at,
            merge_sha=item.get("merge_commit_sha") or item.get("squash_commit_sha") or item.get("sha"),
            commits=shas,
            additions=size.additions if size else None,
            deletions=size.deletions if size else None,
            files=size.files if size else None,
            reviews=said.reviews,
            review_comments=said.comments,
            test_files=sum(map(is_test, paths)) if paths else None,
            hotfix=self._is_hotfix(item) or None,
            automated=is_bot(item["author"], self.bots) or None,
            reverts=reverted(self.project.name, item["title"], description),
            issues=issues_named(self.project.name, item["title"], item["source_branch"], description),
            components=components(paths) or None,
        )

    def _is_base(self, branch: str) -> bool:
        if self.base is not None:
            return self.base.fit(branch)
        if self._default_branch is None:
            self._default_branch = str(self.project.get().data.get("default_branch") or "main")
        return branch == self._default_branch or {branch, self._default_branch} == _RENAMED

    def _is_hotfix(self, item: Item) -> bool:
        labels: Sequence[str] = item["labels"]
        return self.hotfix_labels.first(labels) is not None or self.hotfix_branches.fit(item["source_branch"])

    def _part(self, item: Item, part: str, reading: Reading, **params: object) -> Sequence[Item] | None:
        """Its first hundred commits or notes; None where the server has them no longer."""
        path = f"merge_requests/{item['iid']}/{part}"
        try:
            answer = self.project.get(path, per_page=_PARTS, **params)
        except RefusedError as refused:
            if refused.status != _NOT_FOUND:
                raise
            reading.note(f"without its {part}, which GitLab does not find")
            return None
        if answer.following:
            reading.note(f"with {_PARTS} of its {part} only")
        return items_of(self.project.api, f"{path} of {self.project.name}", answer)

    def _commits(
        self, item: Item, merged_at: datetime, reading: Reading
    ) -> tuple[tuple[str, ...] | None, datetime | None]:
        """The shas by which a deployment may know it, and the earliest authored date that can be true."""
        commits = self._part(item, "commits", reading)
        if commits is None:
            return None, None
        squashed = item.get("squash_commit_sha")
        shas = (*(commit["id"] for commit in commits), *([squashed] if squashed else []))
        authored = (datetime.fromisoformat(commit["authored_date"]) for commit in commits)
        return tuple(dict.fromkeys(shas)), min((at for at in authored if at <= merged_at), default=None)


def _opened_at(item: Item, merged_at: datetime, said: Reviewed, reading: Reading) -> datetime | None:
    """When it was opened for review: a draft, when it was ready, unless it was reviewed before."""
    opened_at = datetime.fromisoformat(item["created_at"])
    if said.ready_at and (said.first_review_at is None or said.ready_at <= said.first_review_at):
        opened_at = max(opened_at, said.ready_at)
    if opened_at > merged_at:
        reading.note("merged before it was opened; when it was opened is left out")
        return None
    return opened_at
