"""The commands about sources: what people type to connect a system, to prove that it works, to pull from it; no logic."""

from __future__ import annotations
