"""The job `refresh` at a moment, as the process that works runs it.

python benchmarks/refresh_job.py 2024-12-30T09:00:00+00:00
"""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime
from threading import Event

from cost import told

from bot.job_wiring import wire_jobs
from bot.jobs.deps import Clock
from bot.jobs.refresh import REFRESH
from bot.jobs.run import run_due
from bot.settings import load_settings
from bot.store.schema import open_database


def main() -> None:
    now = datetime.fromisoformat(sys.argv[1])
    settings = load_settings()
    with closing(open_database(settings.database_url)) as database:
        deps = wire_jobs(settings, database, Event(), Clock(now.timestamp()))
        with told():
            ended = list(run_due(REFRESH, deps))
    for each in ended:
        assert each.how == "done", each
    assert len(ended) == 1, "the refresh was not due"


if __name__ == "__main__":
    main()
