"""What one writes about Jira under `sources:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from integrations.jira.jql import condition
from integrations.settings import Address, Day, Opening, Secret, ServiceMapping, Shape, SourceShape, Text, mapping_of

if TYPE_CHECKING:
    from integrations.jira.source import Jira

_CUSTOM_FIELD = re.compile(r"customfield_\d+")
_PROJECT = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CLOUD = ".atlassian.net"


def _custom_field(text: str) -> str:
    if not _CUSTOM_FIELD.fullmatch(text):
        raise ValueError("must be the id of a custom field, such as customfield_10100.")
    return text


def _service_field(text: str) -> str:
    if text not in {"components", "labels", "project"} and not _CUSTOM_FIELD.fullmatch(text):
        raise ValueError("must be components, labels, project or the id of a custom field, such as customfield_10100.")
    return text


def _project(text: str) -> str:
    if not _PROJECT.fullmatch(text):
        raise ValueError("must be the key of a project, such as SHOP.")
    return text


def _query(text: str) -> str:
    if not condition(text):
        raise ValueError("must select issues, as in: project = OPS AND issuetype = Incident")
    return text


CustomField = Annotated[str, AfterValidator(_custom_field)]
Names = list[Text]


class FieldsShape(Shape):
    """Which custom fields hold what Jira has no field of its own for."""

    started_at: CustomField | None = Field(default=None, description="when users began to be affected")
    detected_at: CustomField | None = Field(default=None, description="when it was noticed")
    mitigated_at: CustomField | None = Field(default=None, description="when users were no longer affected")
    resolved_at: CustomField | None = Field(default=None, description="when it was over, in place of the history")
    severity: CustomField | None = Field(default=None, description="its severity, in place of the priority")
    cause_sha: CustomField | None = Field(default=None, description="the commit that caused it")
    deployment: CustomField | None = Field(default=None, description="the deployment that caused it")
    change_caused: CustomField | None = Field(default=None, description="whether a change caused it")


class StatusesShape(Shape):
    """Which statuses mean what, by name or id."""

    acknowledged: Names | None = Field(default=None, description="someone took it on; by category unless given")
    mitigated: Names | None = Field(default=None, description="users are no longer affected; none unless given")
    resolved: Names | None = Field(default=None, description="it is over; by category unless given")
    cancelled: Names | None = Field(default=None, description="a duplicate or a false alarm; none unless given")


class IncidentsShape(Shape):
    """Which issues are incidents."""

    jql: Annotated[Text, AfterValidator(_query)] = Field(description="the query that finds them")
    service: Annotated[Text, AfterValidator(_service_field)] = Field(
        default="components", description="the field that names the service"
    )
    services: Annotated[ServiceMapping, mapping_of(["value", "project"])] = Field(
        default="{value}", description="the service of a value of that field, or rules with match and service"
    )
    team: Text | None = Field(default=None, description="the team of incidents that name no service")
    covers_from: Day | None = Field(
        default=None, description="since when incidents are recorded there; where the back-fill begins unless given"
    )
    fields: FieldsShape = Field(default_factory=FieldsShape, description="custom fields for what Jira has none for")
    statuses: StatusesShape = Field(
        default_factory=StatusesShape, description="which statuses mean what; by their categories unless given"
    )
    cancelled_resolutions: Names = Field(
        default_factory=list[str], description="names or ids of resolutions of what was no incident"
    )
    not_change_caused: Names = Field(
        default_factory=list[str], description="values of fields.change_caused that mean that no change caused it"
    )


class ReleasesShape(Shape):
    """Which projects release by Jira's versions."""

    projects: list[Annotated[str, AfterValidator(_project)]] = Field(
        min_length=1, description="keys of projects whose released versions are deployments"
    )
    service: Annotated[ServiceMapping, mapping_of(["project", "version"])] = Field(
        default="{project}", description="the service of a version, or rules with match and service"
    )


class JiraSettings(SourceShape):
    """Jira Cloud or Jira Data Center."""

    kind: Literal["jira"]
    url: Address = Field(description="where Jira is, such as https://acme.atlassian.net")
    web: Address | None = Field(default=None, description="where people open it, if that is elsewhere")
    edition: Literal["cloud", "data_center"] | None = Field(
        default=None, description="which Jira it is; asked of the server unless given"
    )
    user: Secret | None = Field(default=None, description="the account that the token belongs to")
    token: Secret = Field(description="an API token (Cloud), or a personal access token or password (Data Center)")
    incidents: IncidentsShape | None = Field(default=None, description="which issues are incidents; none unless given")
    releases: ReleasesShape | None = Field(
        default=None, description="which versions are deployments; none unless given"
    )

    @model_validator(mode="after")
    def _account_of_token(self) -> Self:
        if self.user is None and self.is_on_cloud:
            raise ValueError("needs user: the e-mail address that the API token belongs to.")
        return self

    @property
    def is_on_cloud(self) -> bool:
        """By its address alone."""
        return (urlsplit(self.url).hostname or "").endswith(_CLOUD)

    @property
    def event_source(self) -> str:
        return f"jira:{urlsplit(self.web or self.url).netloc.lower()}"

    def opened(self, opening: Opening) -> Jira:
        from integrations.jira.source import opened  # noqa: PLC0415  it loads the client library

        return opened(self, opening)
