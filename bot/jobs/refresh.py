"""The job `refresh`: whatever new events touched is computed again, so that nobody has to wait for it."""

from __future__ import annotations

from functools import partial

from bot.answers.looks import looks_are_kept, refresh_looks
from bot.jobs.job import Job
from bot.jobs.stale_teams import due, make_anew

REFRESH = Job("refresh", partial(due, "refresh"), partial(make_anew, looks_are_kept, refresh_looks))
