"""What became of the jobs, for the log and for Prometheus."""

from __future__ import annotations

from typing import Any

import structlog

from bot.jobs.deliver import Round
from bot.jobs.run import Outcome
from bot.telemetry import JOB_LAST_SUCCESS, JOB_RUNS, JOB_SECONDS, POSTS

_log: structlog.stdlib.BoundLogger = structlog.get_logger()

_SAYS = {
    "done": "A job is done.",
    "failed": "A job failed; it is tried again.",
    "stopped": "A job was stopped; it goes on with the next start.",
    "lost": "A job took longer than it may, and another run took over.",
}


def tell(outcome: Outcome) -> None:
    """A turn of a job that ended."""
    turn = outcome.turn
    JOB_RUNS.labels(turn.job, outcome.how).inc()
    JOB_SECONDS.labels(turn.job).observe(outcome.seconds)
    if outcome.how == "done":
        JOB_LAST_SUCCESS.labels(turn.job).set(outcome.at)
    write = _log.info if outcome.how in {"done", "stopped"} else _log.warning
    known: dict[str, Any] = {"job": turn.job, "subject": turn.subject, "slot": turn.slot}
    more = {"failure": outcome.failure, "trace": outcome.trace}
    write(
        _SAYS[outcome.how],
        action=f"job_{outcome.how}",
        seconds=round(outcome.seconds, 3),
        **known,
        **{name: text for name, text in more.items() if text},
    )


def tell_round(ended: Round, seconds: float) -> None:
    """A round of deliveries; one with nothing to do is not worth a word."""
    became = {"sent": ended.sent, "put_off": ended.put_off, "parked": ended.parked, "unknown": ended.unknown}
    for outcome, count in became.items():
        POSTS.labels(outcome).inc(count)
    if any(became.values()):
        JOB_SECONDS.labels("deliver").observe(seconds)
        _log.info("Messages were delivered.", action="delivered", seconds=round(seconds, 3), **became)
