"""Tags: which of them are releases, and the version that a name holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from bot.events.event import MAX_NAME
from integrations.git.command import run
from integrations.git.log import believable_time

# A name that is a version, alone or behind a prefix that ends in a separator: v1.2.3, 1.2, release-1.2.3, pkg@1.2.3.
_VERSION = re.compile(r"^(?P<prefix>(?:.*[-_/@])?)v?(?P<numbers>\d+(?:[._]\d+){1,3})(?P<rest>.*)$", re.IGNORECASE)
_PRERELEASE = re.compile(
    r"(?:^|[-._+\d])(?:rc|c|a|b|alpha|beta|dev|pre|preview|nightly|snapshot|canary|next|milestone|m|ea|cr)"
    r"[-._]?\d*(?:$|[-._+])",
    re.IGNORECASE,
)
_FINAL = re.compile(r"^(?:[-.+_](?:final|release|ga|stable|post\d*|lts|hotfix[-.\w]*|\d+)|\+[\w.]+)?$", re.IGNORECASE)
_FORMAT = "%(refname:strip=2)%00%(objectname)%00%(*objectname)%00%(creatordate:unix)%00%(contents:subject)%00"
_CALENDAR_YEAR = 1900  # a first number from here on is a date, and its last number no patch level


@dataclass(frozen=True, slots=True)
class Version:
    """The numbers of a version, and what stands before them."""

    prefix: str
    numbers: tuple[int, ...]

    def is_patch_of(self, other: Version) -> bool:
        """Whether this only raises the third number of the other; a date is no version in this sense."""
        mine, theirs = (*self.numbers, 0, 0)[:3], (*other.numbers, 0, 0)[:3]
        same_line = self.prefix == other.prefix and mine[:2] == theirs[:2]
        return same_line and mine[2] > theirs[2] and mine[0] < _CALENDAR_YEAR


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, the commit it stands at, when it was made (POSIX seconds), and its message's first line."""

    name: str
    sha: str
    created: int | None
    subject: str


def read_tags(repository: Path) -> tuple[Tag, ...]:
    """Every tag, read at once, but for those of absurd length.

    An annotated tag was made when it was written, a plain one with its commit.
    """
    pieces = run(repository, "for-each-ref", f"--format={_FORMAT}", "refs/tags").decode(errors="replace").split("\0")
    rows = (pieces[at : at + 5] for at in range(0, len(pieces) - 5, 5))
    return tuple(
        Tag(name.strip("\n"), peeled or sha, believable_time(created), subject)
        for name, sha, peeled, created, subject in rows
        if len(name) <= MAX_NAME
    )


def version(name: str) -> Version | None:
    """The version that a name holds, None where it holds none."""
    match = _VERSION.match(name)
    if match is None:
        return None
    return Version(match["prefix"], tuple(int(number) for number in re.split(r"[._]", match["numbers"])))


def is_release(name: str, pattern: str | None) -> bool:
    """Whether a tag stands for a release: version-like, or as the pattern says; never a pre-release."""
    if pattern is not None:
        return fnmatchcase(name, pattern) and not is_prerelease(name)
    match = _VERSION.match(name)
    return match is not None and _FINAL.match(match["rest"]) is not None and not is_prerelease(name)


def is_prerelease(name: str) -> bool:
    """Whether a version's name marks it as one before the release: 2.0rc1, 1.0-beta.2, 3.1.dev0."""
    match = _VERSION.match(name)
    return match is not None and _PRERELEASE.search(match["rest"]) is not None
