from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import BaseEvent, Count, Name, Names, Reference, Text, Texts, Time


class Change(BaseEvent):
    """A pull request, a merge request, or a commit pushed directly."""

    kind: Literal["change"]
    service: Name | None = None
    services: Annotated[Names, Field(min_length=1)] | None = None
    repository: Text | None = None
    first_commit_at: Time | None = None
    opened_at: Time | None = None
    first_review_at: Time | None = None
    approved_at: Time | None = None
    merged_at: Time
    merge_sha: Text | None = None
    commits: Texts | None = None
    additions: Count | None = None
    deletions: Count | None = None
    files: Count | None = None
    reviews: Count | None = None
    review_rounds: Count | None = None
    review_comments: Count | None = None
    test_files: Count | None = None
    hotfix: bool | None = None
    automated: bool | None = None
    first_commit_inferred: bool | None = None
    reverts: Reference | None = None
    issues: Texts | None = None
    components: Texts | None = None
    deployment: Reference | None = None

    @model_validator(mode="after")
    def _names_a_service(self) -> Self:
        if self.service is None and self.services is None:
            raise ValueError("a change needs service or services")
        return self

    @property
    def at(self) -> datetime:
        return self.merged_at

    @property
    def all_services(self) -> tuple[str, ...]:
        named = (self.service,) if self.service is not None else ()
        return tuple(dict.fromkeys((*named, *self.services))) if self.services else named
