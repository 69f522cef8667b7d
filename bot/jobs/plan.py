"""All jobs but `deliver`, which has a thread of its own: those that wait for others, and those that compute."""

from __future__ import annotations

from bot.jobs.digests import DIGEST
from bot.jobs.prepare import PREPARE
from bot.jobs.prune import PRUNE
from bot.jobs.pulls import SYNC
from bot.jobs.refresh import REFRESH
from bot.jobs.watch import WATCH

WAITING = (SYNC,)
# In this order: a digest tells of looks that are made, and of events that are read.
COMPUTING = (REFRESH, WATCH, DIGEST, PREPARE, PRUNE)
