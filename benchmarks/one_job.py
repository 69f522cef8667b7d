"""A job that computes, at a moment, as the process that works runs it.

    python benchmarks/one_job.py refresh 2024-12-30T09:00:00+00:00

The processes that it starts begin here as well: what it needs is loaded where it runs, as the command does it.
"""
# ruff: noqa: PLC0415  see above

from __future__ import annotations

import sys
from datetime import datetime


def main(name: str, now: datetime) -> None:
    from contextlib import closing
    from threading import Event

    from cost import told

    from bot.job_wiring import wire_jobs
    from bot.jobs.deps import Clock
    from bot.jobs.plan import COMPUTING
    from bot.jobs.run import run_due
    from bot.settings import load_settings
    from bot.store.schema import open_database

    (job,) = (each for each in COMPUTING if each.name == name)
    settings = load_settings()
    with closing(open_database(settings.database_url)) as database:
        deps = wire_jobs(settings, database, Event(), Clock(now.timestamp()))
        with told():
            ended = list(run_due(job, deps))
    for each in ended:
        assert each.how == "done", each
    assert len(ended) == 1, f"{name} was not due"


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
