"""Releases on the graph of commits: what each was the first to bring, and which one it came after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from integrations.git.log import Commit


@dataclass(frozen=True, slots=True)
class Release:
    """A release: a tag, or a commit on the branch that is deployed."""

    name: str
    sha: str
    at: int  # POSIX seconds
    message: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A release with its nearest ancestor release and the commits that no earlier release had, parents first."""

    release: Release
    predecessor: Release | None
    brought: tuple[str, ...]


def place(releases: Sequence[Release], commits: Mapping[str, Commit]) -> tuple[Placed, ...]:
    """Releases in order of time, ancestors first, each with what it brought. Each commit is brought once."""
    position = {sha: index for index, sha in enumerate(commits)}
    ordered = sorted(releases, key=lambda release: (release.at, position[release.sha], release.name))
    waiting = set(commits)
    placed: list[Placed] = []
    for release, predecessor in zip(ordered, _predecessors(ordered, commits), strict=True):
        brought = take([release.sha], commits, waiting)
        placed.append(Placed(release, predecessor, tuple(sorted(brought, key=position.__getitem__))))
    return tuple(placed)


def take(starts: Sequence[str], commits: Mapping[str, Commit], waiting: set[str]) -> list[str]:
    """The commits reachable from the starts through waiting ones only; they wait no longer."""
    taken: list[str] = []
    stack = list(starts)
    while stack:
        sha = stack.pop()
        if sha in waiting:
            waiting.discard(sha)
            taken.append(sha)
            stack.extend(commits[sha].parents)
    return taken


def _predecessors(ordered: Sequence[Release], commits: Mapping[str, Commit]) -> list[Release | None]:
    """For each release its nearest ancestor: one that is no ancestor of another of its ancestors.

    Several (a merged maintenance branch): the one on the line of first parents, else the latest.
    """
    ancestors = _ancestor_sets(ordered, commits)
    before = [_union(ancestors.get(parent, 0) for parent in commits[release.sha].parents) for release in ordered]
    nearest: list[Release | None] = []
    for release, candidates in zip(ordered, before, strict=True):
        latest = candidates.bit_length() - 1
        if candidates and before[latest] | 1 << latest == candidates:  # it descends from all the others
            nearest.append(ordered[latest])
            continue
        maximal = candidates & ~_union(before[index] for index in _members(candidates))
        first_line = _union(ancestors.get(parent, 0) for parent in commits[release.sha].parents[:1])
        preferred = maximal & first_line or maximal
        nearest.append(ordered[preferred.bit_length() - 1] if preferred else None)
    return nearest


def _ancestor_sets(ordered: Sequence[Release], commits: Mapping[str, Commit]) -> dict[str, int]:
    """For each commit the releases at or before it, as bits of an integer by the releases' order."""
    own: dict[str, int] = {}
    for index, release in enumerate(ordered):
        own[release.sha] = own.get(release.sha, 0) | 1 << index
    sets: dict[str, int] = {}
    for sha, commit in commits.items():
        bits = own.get(sha, 0)
        for parent in commit.parents:
            inherited = sets.get(parent, 0)
            # Most commits share the very integer of their parent, so a long history costs little memory.
            bits = inherited if bits | inherited == inherited else bits | inherited
        sets[sha] = bits
    return sets


def _union(sets: Iterable[int]) -> int:
    bits = 0
    for one in sets:
        bits |= one
    return bits


def _members(bits: int) -> list[int]:
    return [index for index in range(bits.bit_length()) if bits >> index & 1]
