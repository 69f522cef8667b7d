"""The job `refresh` at a moment, as the process that works runs it.

    python benchmarks/refresh_job.py 2024-12-30T09:00:00+00:00

The processes that it starts begin here as well: what it needs is loaded where it runs, as the command does it.
"""
# ruff: noqa: PLC0415  see above

from __future__ import annotations

import sys
from datetime import datetime


def main(now: datetime) -> None:
    from contextlib import closing
    from threading import Event

    from cost import told

    from bot.job_wiring import wire_jobs
    from bot.jobs.deps import Clock
    from bot.jobs.refresh import REFRESH
    from bot.jobs.run import run_due
    from bot.settings import load_settings
    from bot.store.schema import open_database

    settings = load_settings()
    with closing(open_database(settings.database_url)) as database:
        deps = wire_jobs(settings, database, Event(), Clock(now.timestamp()))
        with told():
            ended = list(run_due(REFRESH, deps))
    for each in ended:
        assert each.how == "done", each
    assert len(ended) == 1, "the refresh was not due"


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]))
