"""Which file the settings come from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bot.settings.environment import environment
from bot.settings.settings import DEFAULT_CONFIG


def process_environ() -> Mapping[str, str]:
    """The variables as the process has them."""
    return os.environ


def config_path(environ: Mapping[str, str]) -> Path:
    """Where the settings file is, or would be."""
    return Path(environment(environ).config or DEFAULT_CONFIG)


def settings_file(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that is read; None where there is none, and the environment says all."""
    path = config_path(environ)
    return path if path.exists() else None
