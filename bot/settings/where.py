"""Which file the settings come from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bot.settings.environment import environment
from bot.settings.settings import DEFAULT_CONFIG


def settings_file(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that is read; None where there is none, and the environment says all."""
    path = Path(environment(environ).config or DEFAULT_CONFIG)
    return path if path.exists() else None
