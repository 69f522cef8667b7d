"""The job `prepare`: each team's report of the day is made before anybody asks for it."""

from __future__ import annotations

from functools import partial

from bot.answers.memory import refresh_report, report_is_kept
from bot.jobs.job import Job
from bot.jobs.stale_teams import due, make_anew

PREPARE = Job("prepare", partial(due, "prepare"), partial(make_anew, report_is_kept, refresh_report))
