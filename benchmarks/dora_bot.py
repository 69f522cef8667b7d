"""The bot in a process of its own, as `quintet serve --http` runs it, but at a moment when its events are fresh.

python benchmarks/dora_bot.py 2026-05-25T09:00:00+00:00
"""

from __future__ import annotations

import sys
from datetime import datetime

from bot.process import running
from bot.settings import load_settings
from bot.telemetry import log_to


def main() -> None:
    """Prints the address, then serves until standard input ends."""
    now = datetime.fromisoformat(sys.argv[1])
    settings = load_settings()
    log_to(secrets=settings.secrets)
    with running(settings, http=True, clock=lambda: now) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
