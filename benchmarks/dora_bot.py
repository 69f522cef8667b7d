"""The bot in a process of its own, as `quintet serve --http` runs it, but at a moment when its events are fresh.

python benchmarks/dora_bot.py 2026-05-25T09:00:00+00:00                # it only answers
python benchmarks/dora_bot.py 2026-05-25T09:00:00+00:00 --with-jobs    # its jobs run as well
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import datetime

from bot.job_wiring import scheduled
from bot.process import running
from bot.settings import load_settings
from bot.telemetry import log_to


def main() -> None:
    """Prints the address, then serves until standard input ends."""
    now = datetime.fromisoformat(sys.argv[1])
    settings = load_settings()
    log_to(secrets=settings.secrets)
    jobs = scheduled(settings, lambda: now) if "--with-jobs" in sys.argv else nullcontext()
    with running(settings, http=True, clock=lambda: now) as address, jobs:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
