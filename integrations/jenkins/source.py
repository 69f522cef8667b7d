"""A Jenkins server: each job that the settings mean is a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import SourceError
from bot.source import Coverage, Probe, RuleFound, Span, Stream
from integrations.http import Site
from integrations.jenkins.jobs import Job, all_jobs, chosen, unmatched
from integrations.jenkins.reading import Builds
from integrations.jenkins.survey import surveyed
from integrations.settings import services

if TYPE_CHECKING:
    from integrations.jenkins.settings import JenkinsSettings

_SHOWN = 5  # globs of the settings that fit nothing, as one sentence names them


@dataclass(frozen=True, slots=True)
class Jenkins:
    """One server with one credential."""

    site: Site
    settings: JenkinsSettings

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def requests(self) -> int:
        return self.site.requests

    def streams(self) -> Sequence[Stream]:
        """The jobs are listed with one request."""
        visible = all_jobs(self.site)
        found = tuple(self._stream(builds) for builds in self._builds(visible))
        if not found and (idle := unmatched(visible, self._globs)):
            raise SourceError(f"{self.name}: {self._fit_nothing(idle, visible)}.")
        if not found:
            branches = ", ".join(self.settings.branches)
            raise SourceError(f"{self.name}: {', '.join(self._globs[:_SHOWN])} has no branch that fits {branches}.")
        return found

    def probe(self) -> Probe:
        visible = all_jobs(self.site)
        names = tuple(dict.fromkeys(job.project for job in visible))
        idle = unmatched(visible, self._globs)
        says = f"answers, and shows {len(names):,} {'job' if len(names) == 1 else 'jobs'}"
        if idle:
            return Probe(f"{says}; {self._fit_nothing(idle, visible)}", names, is_complete=False)
        return Probe(says, names)

    def survey(self, span: Span) -> Sequence[RuleFound]:
        """Of each job that is named: its builds as deployments, or those of its stages that look like a rollout."""
        visible = all_jobs(self.site)
        jobs = (job for job in chosen(visible, self._globs, self.settings.branches) if job in visible)
        return tuple(found for job in jobs for found in surveyed(self.site, job, span))

    @property
    def _globs(self) -> Sequence[str]:
        deployments = self.settings.deployments
        return tuple(dict.fromkeys([*self.settings.jobs, *(deployments.jobs if deployments else ())]))

    def _builds(self, visible: Sequence[Job]) -> Iterator[Builds]:
        """A job that deploys is no pipeline run, unless only some of its stages are the rollout."""
        settings, deployments = self.settings, self.settings.deployments
        running = chosen(visible, settings.jobs, settings.branches)
        deploying = chosen(visible, self._deploying_globs, settings.branches)
        for job in dict.fromkeys([*deploying, *running]):
            deploys = deployments if job in deploying else None
            yield Builds(
                site=self.site,
                job=job,
                source=f"jenkins:{settings.name}/{job.path}" if settings.name else f"jenkins:{job.path}",
                services=services(settings.service),
                repositories=tuple(settings.repositories),
                deployments=deploys,
                runs=job in running and (deploys is None or deploys.from_ == "stages"),
            )

    @property
    def _deploying_globs(self) -> Sequence[str]:
        deployments = self.settings.deployments
        return (deployments.jobs or self.settings.jobs) if deployments else ()

    def _stream(self, builds: Builds) -> Stream:
        return Stream(
            name=builds.job.path,
            source=builds.source,
            kinds=builds.kinds,
            covers=Coverage(services=builds.all_services),
            rule=builds.rule,
            fetch=builds.fetch,
        )

    def _fit_nothing(self, globs: Sequence[str], visible: Sequence[Job]) -> str:
        shown = ", ".join(globs[:_SHOWN])
        seen = "1 job or branch" if len(visible) == 1 else f"{len(visible):,} jobs and branches"
        return f"nothing fits {shown}; {self.site.credential} sees {seen if visible else 'no job at all'}"
