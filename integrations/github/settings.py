"""What one writes about GitHub under `sources:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from integrations.labels import LabelGlob
from integrations.settings import Address, Day, Opening, Secret, ServiceMapping, Shape, SourceShape, Text, mapping_of

if TYPE_CHECKING:
    from integrations.github.source import GitHub

_REPOSITORY = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9._*?!\[\]-]+")


def _repository(text: str) -> str:
    if not _REPOSITORY.fullmatch(text):
        raise ValueError("must be owner/name, such as acme/checkout, or a glob over an owner's names, such as acme/*.")
    return text


RepositoryGlob = Annotated[str, AfterValidator(_repository)]


class AppShape(Shape):
    """A GitHub App that is installed where the repositories are."""

    id: int | Text = Field(description="the app's id or client id")
    installation: int = Field(description="the id of its installation")
    private_key: Secret = Field(description="the app's private key, as PEM")


class DeploymentsShape(Shape):
    """What counts as a deployment."""

    from_: Literal["deployments", "workflow", "release"] = Field(
        default="deployments", alias="from", description="GitHub's deployments, the runs of a workflow, or releases"
    )
    environments: list[Text] = Field(
        default_factory=lambda: ["prod*", "*-prod", "*-production", "*/prod", "*/production", "live"],
        min_length=1,
        description="with `from: deployments`: globs over the environments that are production, in any case",
    )
    workflow: Text | None = Field(
        default=None, description="with `from: workflow`: its file, such as deploy.yml, or a glob over its name or file"
    )
    job: Text | None = Field(
        default=None, description="with `from: workflow`: a glob over the job that deploys; the whole run unless given"
    )
    branches: list[Text] = Field(
        default_factory=lambda: ["*"],
        min_length=1,
        description="with `from: workflow`: globs over the branches that are deployed",
    )
    tags: Text = Field(default="*", description="with `from: release`: a glob over the tags that are deployed")
    prereleases: bool = Field(default=False, description="with `from: release`: whether pre-releases count")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.from_ == "workflow" and self.workflow is None:
            raise ValueError("needs workflow: the file of the workflow that deploys, such as deploy.yml.")
        return self


class PipelinesShape(Shape):
    """Which runs of Actions are continuous integration."""

    workflows: list[Text] = Field(
        default_factory=lambda: ["*"], description="globs over the names or files of workflows; none: no pipeline runs"
    )


class IncidentsShape(Shape):
    """Which issues are incidents."""

    labels: list[Text] = Field(min_length=1, description="an issue with one of these labels is an incident")
    severity: list[Text] = Field(
        default_factory=lambda: ["sev*"], description="globs over the label that is its severity, in any case"
    )
    mitigated: list[Text] = Field(
        default_factory=lambda: ["mitigated"], description="labels that say that users are no longer affected"
    )
    service: LabelGlob | None = Field(
        default=None, description="labels that name the service, such as service/*; what the * stands for is its name"
    )
    team: Text | None = Field(default=None, description="the team of incidents whose labels name no service")
    covers_from: Day | None = Field(
        default=None, description="since when incidents are recorded there; where the back-fill begins unless given"
    )


class HotfixShape(Shape):
    """Which pull requests mend production."""

    labels: list[Text] = Field(default_factory=lambda: ["hotfix"], description="globs over labels, in any case")
    branches: list[Text] = Field(
        default_factory=lambda: ["hotfix/*", "hotfix-*"], description="globs over the branch, in any case"
    )


class GitHubSettings(SourceShape):
    """GitHub, or a GitHub Enterprise server."""

    kind: Literal["github"]
    url: Address = Field(
        default="https://api.github.com", description="of a GitHub Enterprise server: https://its.host/api/v3"
    )
    token: Secret | None = Field(default=None, description="a fine-grained or classic token; this or `app`")
    app: AppShape | None = Field(default=None, description="a GitHub App in place of a token")
    repositories: list[RepositoryGlob] = Field(
        min_length=1, description="owner/name, or a glob over an owner's names; archived ones are left out of a glob"
    )
    service: Annotated[ServiceMapping, mapping_of(["repository", "owner"])] = Field(
        default="{repository}", description="the service of a repository, or rules with match, paths and deployments"
    )
    base: list[Text] | None = Field(
        default=None, description="globs over the branches whose merges count; the default branch unless given"
    )
    hotfix: HotfixShape = Field(default_factory=HotfixShape, description="which pull requests mend production")
    bots: list[Text] = Field(
        default_factory=lambda: ["*-bot", "renovate*"],
        description="globs over accounts that are machines besides GitHub's own bots",
    )
    deployments: DeploymentsShape | None = Field(
        default=None, description="what counts as a deployment; nothing unless given"
    )
    pipelines: PipelinesShape = Field(
        default_factory=PipelinesShape, description="which runs of Actions are pipeline runs; all unless given"
    )
    incidents: IncidentsShape | None = Field(default=None, description="which issues are incidents; none unless given")

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        if (self.token is None) == (self.app is None):
            raise ValueError("needs one credential, token or app, and not both.")
        return self

    def opened(self, opening: Opening) -> GitHub:
        from integrations.github.source import GitHub  # noqa: PLC0415  its settings are read without it

        return GitHub(self, opening)
