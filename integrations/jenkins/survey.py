"""What each rule for a deployment would have counted of one job."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from bot.source import Ask, RuleFound, Span
from integrations.http import Site
from integrations.jenkins.build import ODD, Build
from integrations.jenkins.jobs import Job
from integrations.jenkins.listing import listed
from integrations.jenkins.stages import stages_of

_BUILDS = 100  # a page
_PAGES = 20  # of one job; nothing deploys that often in four weeks
_RUNS = 20  # of one job whose stages are asked for
_LAST = 5
_LIKELY = ("*deploy*", "*release*", "*rollout*", "*prod*")
_ROLLED_OUT = frozenset({"SUCCESS", "UNSTABLE"})


def surveyed(site: Site, job: Job, span: Span) -> Iterator[RuleFound]:
    """A request for each hundred builds, and for a pipeline one more for each of its last runs."""
    builds = [build for build in _builds(site, job, span) if _succeeded(build)]
    yield RuleFound(
        where=f"builds of {job.path}",
        setting={"from": "jobs", "jobs": [job.project]},
        count=len(builds),
        last=tuple(_said(build) for build in builds[:_LAST]),
    )
    if job.is_pipeline:
        yield from _stages(site, job, builds[:_RUNS])


def _builds(site: Site, job: Job, span: Span) -> Iterator[Build]:
    token: str | None = None
    for _ in range(_PAGES):
        page = listed(site, job, Ask(span=span, token=token), _BUILDS, None)
        yield from map(Build, page.builds)
        if page.done:
            return
        token = page.token


def _stages(site: Site, job: Job, builds: list[Build]) -> Iterator[RuleFound]:
    found: dict[str, list[Build]] = {}
    for build in builds:
        for stage in stages_of(site, f"{job.address}/{build.number}") or ():
            if stage.status in _ROLLED_OUT and any(fnmatchcase(stage.name.lower(), glob) for glob in _LIKELY):
                found.setdefault(stage.name, []).append(build)
    for name, those in found.items():
        yield RuleFound(
            where=f"the stage {name} of the last {len(builds)} successful builds of {job.path}",
            setting={"from": "stages", "jobs": [job.project], "stages": [name]},
            count=len(those),
            last=tuple(_said(build) for build in those[:_LAST]),
        )


def _succeeded(build: Build) -> bool:
    """An odd one is told about where it is read."""
    try:
        _said(build)
    except ODD:
        return False
    return not build.is_running and build.item.get("result") in _ROLLED_OUT


def _said(build: Build) -> str:
    return f"#{build.number} on {build.started_at:%Y-%m-%d %H:%M} UTC"
