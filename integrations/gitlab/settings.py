"""What one writes about GitLab under `sources:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from integrations.labels import LabelGlob
from integrations.settings import Address, Day, Opening, Secret, ServiceMapping, Shape, SourceShape, Text, mapping_of

if TYPE_CHECKING:
    from integrations.gitlab.source import GitLab

_PROJECT = re.compile(r"[^/\s*?\[\]]+/[^/\s]+(/[^/\s]+)*")


def _project(text: str) -> str:
    if not _PROJECT.fullmatch(text):
        raise ValueError("must be group/project, such as acme/checkout, or a glob within a group, such as acme/*.")
    return text


ProjectGlob = Annotated[str, AfterValidator(_project)]


class DeploymentsShape(Shape):
    """What counts as a deployment."""

    from_: Literal["deployments", "job", "pipeline", "release"] = Field(
        default="deployments",
        alias="from",
        description="GitLab's deployments, the runs of a job, whole pipelines, or releases",
    )
    tiers: list[Text] = Field(
        default_factory=lambda: ["production"],
        min_length=1,
        description="with `from: deployments`: the tiers of environments that are production",
    )
    environments: list[Text] | None = Field(
        default=None,
        min_length=1,
        description="with `from: deployments`: globs over environments, in place of `tiers`",
    )
    approvals: bool = Field(
        default=False,
        description="with `from: deployments`: read approvals as gate waits, one request a production deployment",
    )
    job: Text | None = Field(default=None, description="with `from: job`: a glob over the job that deploys")
    branches: list[Text] | None = Field(
        default=None,
        min_length=1,
        description="with `from: job` or `from: pipeline`: globs over the branches and tags that are deployed",
    )
    tags: Text = Field(default="*", description="with `from: release`: a glob over the tags that are deployed")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.from_ == "job" and self.job is None:
            raise ValueError("needs job: the name of the job that deploys, or a glob.")
        if self.from_ == "pipeline" and self.branches is None:
            raise ValueError("needs branches: those whose pipelines deploy, such as main.")
        return self


class PipelinesShape(Shape):
    """Which pipelines are continuous integration."""

    refs: list[Text] = Field(
        default_factory=lambda: ["*"], description="globs over branches, tags and refs; none: no pipeline runs"
    )


class IncidentsShape(Shape):
    """Which issues are incidents, beside their type, and what their labels say."""

    labels: list[Text] = Field(
        default_factory=list[str], description="only incidents with all of these labels; every incident unless given"
    )
    severity: list[Text] = Field(
        default_factory=lambda: ["severity::*", "sev*"],
        description="globs over the label that is its severity; GitLab's own field where none fits",
    )
    service: LabelGlob | None = Field(
        default=None, description="labels that name the service, such as service::*; what the * stands for is its name"
    )
    team: Text | None = Field(default=None, description="the team of incidents whose labels name no service")
    covers_from: Day | None = Field(
        default=None, description="since when incidents are recorded there; where the back-fill begins unless given"
    )


class HotfixShape(Shape):
    """Which merge requests mend production."""

    labels: list[Text] = Field(default_factory=lambda: ["hotfix"], description="globs over labels")
    branches: list[Text] = Field(
        default_factory=lambda: ["hotfix/*", "hotfix-*"], description="globs over the source branch"
    )


class GitLabSettings(SourceShape):
    """gitlab.com, or a GitLab server of one's own."""

    kind: Literal["gitlab"]
    url: Address = Field(default="https://gitlab.com", description="where GitLab is, without /api/v4")
    token: Secret = Field(description="a personal, group or project access token with the scope read_api")
    projects: list[ProjectGlob] = Field(
        min_length=1,
        description="group/project, or a glob within a group and its subgroups; archived ones are left out",
    )
    service: Annotated[ServiceMapping, mapping_of(["project", "group"])] = Field(
        default="{project}", description="the service of a project, or rules with match, paths and deployments"
    )
    base: list[Text] | None = Field(
        default=None, description="globs over the branches whose merges count; the default branch unless given"
    )
    hotfix: HotfixShape = Field(default_factory=HotfixShape, description="which merge requests mend production")
    bots: list[Text] = Field(
        default_factory=lambda: ["project_*_bot*", "group_*_bot*", "*-bot", "renovate*", "gitlab-*bot"],
        description="globs over accounts that are machines",
    )
    deployments: DeploymentsShape | None = Field(
        default=None, description="what counts as a deployment; nothing unless given"
    )
    pipelines: PipelinesShape = Field(
        default_factory=PipelinesShape, description="which pipelines are pipeline runs; all unless given"
    )
    incidents: IncidentsShape | None = Field(default=None, description="which issues are incidents; none unless given")

    def opened(self, opening: Opening) -> GitLab:
        from integrations.gitlab.source import GitLab  # noqa: PLC0415  its settings are read without it

        return GitLab(self, opening)
