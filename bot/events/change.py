from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import BaseEvent, Count, Name, Names, Reference, Text, Texts, Time, each_once


class Change(BaseEvent):
    """A pull request, a merge request, or a commit pushed directly."""

    kind: Literal["change"]
    """Makes this a change."""
    service: Name | None = None
    """The service that it changes; this or `services` is required."""
    services: Annotated[Names, Field(min_length=1)] | None = None
    """In place of `service`, where it touches several."""
    repository: Text | None = None
    """Where its commits live; the service when left out."""
    first_commit_at: Time | None = None
    """When its earliest commit was authored."""
    opened_at: Time | None = None
    """When it was opened for review."""
    first_review_at: Time | None = None
    """When someone other than its author first reviewed it."""
    approved_at: Time | None = None
    """When it was approved."""
    merged_at: Time
    """When it was merged, or pushed."""
    merge_sha: Text | None = None
    """The commit that merged it, by which deployments find it."""
    commits: Texts | None = None
    """The shas of its commits, by which deployments find it too."""
    additions: Count | None = None
    """Lines added."""
    deletions: Count | None = None
    """Lines removed."""
    files: Count | None = None
    """Files touched."""
    reviews: Count | None = None
    """Reviews by others than its author; 0 says that nobody reviewed it."""
    review_rounds: Count | None = None
    """How often it went back to its author and came again."""
    review_comments: Count | None = None
    """Comments by others than its author."""
    test_files: Count | None = None
    """How many of its files are tests."""
    hotfix: bool | None = None
    """Made to mend production."""
    automated: bool | None = None
    """Made by a bot."""
    first_commit_inferred: bool | None = None
    """The time of the first commit is a stand-in."""
    reverts: Reference | None = None
    """Reference to the change that it undoes, or its sha."""
    issues: Texts | None = None
    """The keys of the issues that it names."""
    components: Texts | None = None
    """The parts of the service that it touched, like `src/payments`."""
    deployment: Reference | None = None
    """Reference to the deployment that brought it out, where the source knows."""

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
        return each_once(self.service, self.services)
