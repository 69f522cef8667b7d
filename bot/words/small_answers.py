"""The answers that are no report: help, the list of teams, an unknown team, a failure of our own."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import chain

# Names that a reader takes in as suggestions.
NEAREST = 3
# Of two names the share that is alike; half of it is alike in "nosuch" and "search".
ALIKE = 0.6

HELP = (
    "/dora team-x answers for a team: its five metrics read as one system, and what to invest in next.",
    "/dora answers for the team of this channel, where the channel belongs to exactly one.",
    "/dora subscribe team-x brings its weekly digest and pings here; /dora list shows and changes what comes.",
    "The five are deployment frequency, lead time for changes, change failure rate, time to recovery and reliability.",
    "Rework rate stands beside them. DORA itself calls reliability operational performance.",
)
NOTHING_HERE = "No team is set up yet. Name one under teams: in quintet.yaml."
UNKNOWN = 'No team "{asked}".'
BROKEN = "{what} Nothing is lost; try again in a minute. Reference {reference}."


def nearest(asked: str, keys: Sequence[str], names: Sequence[str] = ()) -> tuple[str, ...]:
    """The keys that somebody may have meant, the likeliest first; `names` are what the keys are called as well."""
    called: dict[str, list[str]] = {}
    for name, key in chain(zip(keys, keys, strict=True), zip(names, keys, strict=False)):
        called.setdefault(name.casefold(), []).append(key)
    found = get_close_matches(asked.casefold()[:100], list(called), n=NEAREST, cutoff=ALIKE)
    return tuple(dict.fromkeys(key for each in found for key in called[each]))[:NEAREST]


def unknown_team(asked: str, teams: Sequence[tuple[str, str]], listed: str | None = None) -> str:
    """That there is no such team, which of them, as (key, name), may have been meant, and `listed`: how to see all.

    That is in Slack, unless given.
    """
    if not teams:
        return f"{UNKNOWN.format(asked=asked)} {NOTHING_HERE}"
    meant = nearest(asked, [key for key, _ in teams], [name for _, name in teams])
    hint = f"Did you mean {either(meant)}? " if meant else ""
    return f"{UNKNOWN.format(asked=asked)} {hint}{listed or _all(len(teams))}"


def broken(what: str, reference: str) -> str:
    """What went wrong, in one sentence, and the reference that the log has too."""
    sentence = what if what.endswith((".", "?")) else f"{what}."
    return BROKEN.format(what=sentence, reference=reference)


def _all(n: int) -> str:
    return "/dora help shows the only one." if n == 1 else f"/dora help shows all {n:,}."


def either(names: Sequence[str]) -> str:
    """Names of which one is meant."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
