"""What has to be told after the newest look, given what was told before; pure.

Looks are corrected when late events arrive, what was told is not: so whether the watch is armed goes by the newest ping
that was told, and up to the first live look by the looks alone. A look that would have pinged but was corrected too
late, or was slept through, leaves it armed: what lasts is told at the newest look, not never.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.regression.looks import Look
from bot.regression.watch import SILENT_LOOKS, Watch, over


@dataclass(frozen=True, slots=True)
class ToTell:
    """Nothing, most of the time."""

    ping: Look | None = None
    """The newest look, where it is news."""
    reminder: Look | None = None
    """The newest look, where what was told is still there after as many weeks as the watch is silent at least."""
    ended: Look | None = None
    """The look at which the watch was armed again."""


def to_tell(looks: Sequence[Look], told: date | None, first: date) -> ToTell:
    """`looks` up to the newest complete week, `told` the week of the newest ping, `first` that of the first live look.

    A corrected past look never pings, nor does the first live one: who switches a watch on asks for no news of before.
    """
    since = [look for look in looks if look.week > (told or first)]
    if not since:
        return ToTell()
    before = over(look.score for look in looks if look.week <= first)
    began = (before[-1] if before else Watch()) if told is None else Watch(armed=False)
    watches = tuple(_untold(began, since))
    newest, now = since[-1], watches[-1]
    armed = (look for look, watch in zip(since, watches, strict=True) if watch.armed)
    ended = None if told is None else next(armed, None)
    return ToTell(
        ping=newest if now.pings and newest.week > first else None,
        reminder=newest if told and not ended and now.up and len(since) >= SILENT_LOOKS else None,
        ended=ended,
    )


def _untold(watch: Watch, looks: Iterable[Look]) -> Iterator[Watch]:
    """The watch after each look, where nothing was told at any of them: a ping that nobody got disarms nothing."""
    for look in looks:
        watch = watch.after(look.score)
        yield watch
        if watch.pings:
            watch = Watch(latest=watch.latest)
