"""What one writes about Jenkins under `sources:`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from integrations.http import Site
from integrations.settings import Address, Opening, Secret, ServiceMapping, Shape, SourceShape, Text, mapping_of

if TYPE_CHECKING:
    from integrations.jenkins.source import Jenkins


class DeploymentsShape(Shape):
    """What counts as a deployment."""

    from_: Literal["jobs", "stages"] = Field(
        default="jobs", alias="from", description="whole builds of jobs that deploy, or the stages of pipelines that do"
    )
    jobs: list[Text] = Field(
        default_factory=list[str],
        description="globs over the jobs that deploy; with `from: stages` those of `jobs` unless given",
    )
    stages: list[Text] = Field(
        default_factory=list[str], description="with `from: stages`: globs over the stages that are the rollout"
    )
    parameter: Text | None = Field(
        default=None,
        description="the build parameter that names the environment; all is production unless given",
    )
    environments: list[Text] = Field(
        default_factory=lambda: ["prod*", "*-prod", "*-production", "live"],
        min_length=1,
        description="with `parameter`: globs over its values that are production, in any case",
    )
    gates: bool = Field(default=True, description="whether input steps are read, for one more request a deployment")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.from_ == "jobs" and not self.jobs:
            raise ValueError("needs jobs: the jobs that deploy, such as deploy-*.")
        if (self.from_ == "stages") != bool(self.stages):
            raise ValueError("needs from: stages and stages together: the stages that are the rollout, such as Deploy.")
        return self


class JenkinsSettings(SourceShape):
    """A Jenkins server."""

    kind: Literal["jenkins"]
    url: Address = Field(description="where Jenkins is, with its path if it has one")
    user: Secret | None = Field(default=None, description="with `token`: whose API token it is")
    token: Secret | None = Field(default=None, description="with `user`: an API token; neither reads as anyone may")
    jobs: list[Text] = Field(
        default_factory=list[str], description="globs over the jobs whose builds are pipeline runs, folders included"
    )
    branches: list[Text] = Field(
        default_factory=lambda: ["main", "master"],
        min_length=1,
        description="globs over the branches of multibranch jobs that are read",
    )
    repositories: list[Text] = Field(
        default_factory=list[str],
        description="globs over the addresses of the repositories that are deployed, where builds check out others too",
    )
    service: Annotated[ServiceMapping, mapping_of(["job", "folder"])] = Field(
        default="{job}", description="the service of a job, or rules with match and deployments"
    )
    deployments: DeploymentsShape | None = Field(
        default=None, description="what counts as a deployment; nothing unless given"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.user is None) != (self.token is None):
            raise ValueError("needs user and token together.")
        if not self.jobs and not (self.deployments and self.deployments.jobs):
            raise ValueError("needs jobs, or deployments with jobs: what is to be read.")
        return self

    def opened(self, opening: Opening) -> Jenkins:
        from integrations.jenkins.source import Jenkins  # noqa: PLC0415  only a source that is used loads its client

        auth = (opening.secret(self.user), opening.secret(self.token)) if self.user and self.token else None
        site = Site(
            self.name or self.kind,
            self.url,
            credential=self.token or "a request without a credential",
            secrets=auth or (),
            auth=auth,
            patience=opening.patience,
        )
        return Jenkins(site, self)
