"""The log, read once: every commit with its parents, times, message and files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations.git.command import GitFailure, run

_FIELDS = 6
_FORMAT = "%x00%H%x00%P%x00%at%x00%ct%x00%an%x00%B%x00"
_BOT = re.compile(r"\[bot\]|\b(dependabot|renovate|greenkeeper|snyk|pre-commit-ci|pyup)\b", re.IGNORECASE)
_FIRST_TIME, _LAST_TIME = 1, 4_102_444_800  # 1970 to 2100; a commit dated elsewhere has a broken clock


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Who wrote it is not kept, only whether it was a bot. Times are POSIX seconds, None where absurd."""

    sha: str
    parents: tuple[str, ...]
    authored: int | None
    committed: int | None
    by_bot: bool
    message: str
    files: tuple[str, ...]

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0].strip()

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


def read_commits(repository: Path, revisions: Sequence[str]) -> dict[str, Commit]:
    """Every commit that the revisions reach, parents before children.

    A clone without trees can't name files; it is read without them.
    """
    order = ("log", "--topo-order", f"--format={_FORMAT}")
    try:
        text = run(repository, *order, "--no-renames", "--name-only", *revisions, "--")
    except GitFailure:
        text = run(repository, *order, *revisions, "--")
    return {commit.sha: commit for commit in reversed(list(_commits(text)))}


def _commits(text: bytes) -> Iterator[Commit]:
    # A message can't hold NUL and a path can't either, so the pieces fall into rows of the fields and the files.
    pieces = text.decode(errors="replace").split("\0")
    for at in range(1, len(pieces) - _FIELDS, _FIELDS + 1):
        sha, parents, authored, committed, author, message, files = pieces[at : at + _FIELDS + 1]
        yield Commit(
            sha=sha,
            parents=tuple(parents.split()),
            authored=believable_time(authored),
            committed=believable_time(committed),
            by_bot=_BOT.search(author) is not None,
            message=message,
            files=tuple(name for name in files.split("\n") if name),
        )


def believable_time(text: str) -> int | None:
    """POSIX seconds as git writes them, None where a clock must have been broken."""
    try:
        seconds = int(text)
    except ValueError:
        return None
    return seconds if _FIRST_TIME <= seconds <= _LAST_TIME else None
