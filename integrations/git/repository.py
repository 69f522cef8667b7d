"""Finding a repository, and saying in one sentence why one can't be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.errors import HistoryError
from integrations.git.command import GitFailure, line


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository that can be read, the name of its folder, and its present branch (None when detached)."""

    path: Path
    name: str
    branch: str | None


def find(path: Path) -> Repository:
    """The repository at or above a path.

    Raises:
        HistoryError: one sentence on what is wrong and how to mend it.
    """
    if not path.exists():
        raise HistoryError(f"There is nothing at {path}; give the folder of a git repository.")
    if not path.is_dir():
        raise HistoryError(f"{path} is a file; give the folder of a git repository.")
    try:
        git_folder = Path(line(path, "rev-parse", "--absolute-git-dir"))
        shallow = line(path, "rev-parse", "--is-shallow-repository") == "true"
    except GitFailure as failure:
        raise HistoryError(unreadable(path, str(failure))) from failure
    if shallow:
        raise HistoryError(
            f"{path} is a shallow clone, so most of its history is not here; run `git fetch --unshallow --tags` in it."
        )
    if not _has_commits(path):
        raise HistoryError(f"{path} has no commits yet; there is nothing to read.")
    return Repository(path, _name(path, git_folder), _branch(path))


def resolve(repository: Repository, reference: str) -> str:
    """The commit that a branch, tag or sha names.

    Raises:
        HistoryError: when the repository knows no such name.
    """
    try:
        return line(repository.path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    except GitFailure as failure:
        known = f"; its branch is {repository.branch}" if repository.branch else ""
        raise HistoryError(f"{repository.path} has no branch, tag or commit called {reference!r}{known}.") from failure


def unreadable(path: Path, said: str) -> str:
    """What git said of a repository, and what to do where that is known."""
    if "not a git repository" in said:
        return f"{path} is not a git repository, nor is it inside one."
    if "dubious ownership" in said:
        return (
            f"{path} belongs to another user, so git won't read it; if you trust it, run "
            f"`git config --global --add safe.directory {path.resolve()}`."
        )
    return f"git can't read {path}: {said.removeprefix('fatal: ')}."


def _has_commits(path: Path) -> bool:
    try:
        return bool(line(path, "rev-list", "--all", "--max-count=1"))
    except GitFailure as failure:
        raise HistoryError(unreadable(path, str(failure))) from failure


def _name(path: Path, git_folder: Path) -> str:
    try:
        return Path(line(path, "rev-parse", "--show-toplevel")).name
    except GitFailure:  # a bare repository has no work tree
        return git_folder.name.removesuffix(".git") or git_folder.parent.name


def _branch(path: Path) -> str | None:
    try:
        return line(path, "symbolic-ref", "--quiet", "--short", "HEAD")
    except GitFailure:
        return None
