"""Which jobs a server has, through all its folders, and which of them the settings mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote, unquote

from pydantic import BaseModel, Field, ValidationError

from bot.errors import SourceError
from integrations.http import Site

_FOLDERS = 8  # levels of folders; the one list of all jobs is asked for that deep
_TREE = "jobs[" + "name,jobs[" * _FOLDERS + "name" + "]" * _FOLDERS + "]"
_MULTIBRANCH = "MultiBranchProject"  # how the class of a job ends whose folder holds its branches
_PIPELINE = "WorkflowJob"


class _Listed(BaseModel):
    name: str
    kind: str = Field(default="", alias="_class")
    jobs: list[_Listed] | None = None


class _Answer(BaseModel):
    jobs: list[_Listed]


@dataclass(frozen=True, slots=True)
class Job:
    """Something that has builds: a job, or one branch of a multibranch job."""

    project: str
    """The job with its folders, `team/checkout`; of a branch, the job that the branch belongs to."""
    address: str
    """Its path below the server's url."""
    branch: str | None = None
    is_pipeline: bool = False

    @property
    def path(self) -> str:
        return self.project if self.branch is None else f"{self.project}/{self.branch}"

    @property
    def fields(self) -> dict[str, str]:
        """What the templates of the settings may hold."""
        folder, _, job = self.project.rpartition("/")
        return {"job": job, "folder": folder}


def all_jobs(site: Site) -> tuple[Job, ...]:
    """One request, however many folders there are."""
    got = site.get("api/json", tree=_TREE)
    try:
        return tuple(_within(_Answer.model_validate(got.data).jobs, ()))
    except ValidationError:
        raise SourceError(f"{site.name}: {site.url} answers, but not as Jenkins does; is the url right?") from None


def chosen(jobs: Iterable[Job], globs: Sequence[str], branches: Sequence[str]) -> tuple[Job, ...]:
    """The jobs that are meant. One that is named whole is meant even where it isn't seen: asking for it says why."""
    seen = [job for job in jobs if any(fnmatchcase(job.project, glob) for glob in globs)]
    names = {job.project for job in seen}
    missing = [Job(name, _address(name.split("/"))) for name in globs if not _is_glob(name) and name not in names]
    return (*(job for job in seen if job.branch is None or _is_one_of(job.branch, branches)), *missing)


def unmatched(jobs: Iterable[Job], globs: Iterable[str]) -> list[str]:
    """The globs that no job fits."""
    names = [job.project for job in jobs]
    return [glob for glob in globs if not any(fnmatchcase(name, glob) for name in names)]


def _within(listed: Iterable[_Listed], folders: tuple[str, ...]) -> Iterator[Job]:
    for item in listed:
        names = (*folders, item.name)
        if item.kind.endswith(_MULTIBRANCH):
            yield from (_branch(names, branch.name) for branch in item.jobs or ())
        elif item.jobs is not None:
            yield from _within(item.jobs, names)
        else:
            yield Job("/".join(names), _address(names), is_pipeline=item.kind.endswith(_PIPELINE))


def _branch(names: tuple[str, ...], branch: str) -> Job:
    """Jenkins writes a branch's name as it stands in an address: feature%2Flogin."""
    return Job("/".join(names), _address((*names, branch)), unquote(branch), is_pipeline=True)


def _address(names: Iterable[str]) -> str:
    return "/".join(f"job/{quote(name, safe='')}" for name in names)


def _is_glob(name: str) -> bool:
    return any(mark in name for mark in "*?[")


def _is_one_of(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
