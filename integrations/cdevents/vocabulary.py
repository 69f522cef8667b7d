"""What is read of a CDEvent. Whatever else one holds is ignored: each version of the specification adds to it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from bot.events.event import Name, Text, Time


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Context(_Part):
    id: Name
    source: Name
    timestamp: Time


class Named(_Part):
    """A reference to an environment, a service or a repository."""

    id: Name


class Content(_Part):
    """Of all subjects together; which fields there are depends on the type."""

    environment: Named | None = None
    service: Named | None = None
    repository: Named | None = None
    artifact: Text | None = Field(default=None, alias="artifactId")
    description: str | None = None
    uri: Text | None = Field(default=None, validation_alias=AliasChoices("ticketURI", "uri", "url"))
    pipeline: Text | None = Field(default=None, alias="pipelineName")
    outcome: Literal["success", "failure", "error", "cancel"] | None = None


class Subject(_Part):
    id: Name
    source: Name | None = None
    content: Content = Content()


class CDEvent(_Part):
    context: Context
    subject: Subject
    custom: Any = Field(default=None, alias="customData")

    @property
    def sha(self) -> str | None:
        """The commit, which the vocabulary has no place for, where the sender adds it."""
        sha = self.custom.get("sha") if isinstance(self.custom, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  any JSON
        return sha if isinstance(sha, str) and sha else None
