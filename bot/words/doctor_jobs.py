"""What `quintet doctor` says of the jobs that run by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.words import figures
from bot.words.doctor import NAME, REASON, UTC, listed
from bot.words.visible import cut, visible

NEVER = "See that `quintet serve` runs: it starts the jobs."
NOTHING_RAN = ("none has run yet", "`quintet serve` starts them.")
NOBODY = (
    "digest: nobody gets one",
    "Set a channel under teams[].channel, or subscribe one in Slack.",
)


def unheard(teams: Sequence[str]) -> tuple[str, str]:
    """Teams that have neither a channel nor a manager."""
    what = f"digest: nobody gets that of {listed(teams)}"
    return what, "Set teams[].channel or teams[].manager, or subscribe a channel in Slack."


def name(job: str, subject: str) -> str:
    """Which job, and of what."""
    return job if not subject else f"{job} of {cut(visible(subject.strip()), NAME)}"


def done(what: str, at: float, seconds: float, following: str) -> str:
    """It went well."""
    return f"{what}: done {figures.clock(at, UTC)}, in {_seconds(seconds)}; {following}"


def failed(what: str, at: float, seconds: float, reason: str) -> str:
    """It did not."""
    return f"{what}: failed {figures.clock(at, UTC)}, after {_seconds(seconds)}: {cut(visible(reason), REASON)}"


def again(at: float | None, attempts: int) -> str:
    """When it is tried again."""
    when = "is running" if at is None else f"comes {figures.clock(at, UTC)}"
    return f"It was tried {'once' if attempts == 1 else f'{attempts:,} times'}; the next attempt {when}."


def running(what: str, since: float) -> str:
    return f"{what}: runs since {figures.clock(since, UTC)}"


def broken_off(what: str, since: float, following: str) -> str:
    """It was begun, and nobody told how it ended: it was stopped, or its process was killed."""
    return f"{what}: begun {figures.clock(since, UTC)} and not ended; {following}"


def never(what: str, following: str) -> str:
    return f"{what}: has not run yet; {following}"


def late(what: str, at: float) -> str:
    """Long past the time at which it should have run again."""
    return f"{what}: has not run since {figures.clock(at, UTC)}"


def following(at: float, zone: ZoneInfo = UTC, subject: str = "") -> str:
    """When it runs next."""
    whose = f", {cut(visible(subject.strip()), NAME)}" if subject else ""
    return f"next {figures.clock(at, zone)}{whose}"


def delivered(last: float | None, waiting: int, next_at: float | None) -> str:
    """When a message went out last, and what is still to go."""
    gone = "no message has gone out yet" if last is None else f"the last message went out {figures.clock(last, UTC)}"
    if not waiting:
        return f"deliver: {gone}; none waits"
    waits = f"{figures.count(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}"
    return f"deliver: {gone}; {waits}" + ("" if next_at is None else f", {following(next_at)}")


def _seconds(seconds: float) -> str:
    return figures.duration(seconds) if seconds >= 1 else "less than a second"
