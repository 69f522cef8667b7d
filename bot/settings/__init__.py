"""Environment and quintet.yaml -> Settings (frozen); the only reader of the environment."""

from __future__ import annotations

from bot.settings.settings import Settings, load_settings, load_teams

__all__ = ["Settings", "load_settings", "load_teams"]
