"""The sources that there are. A new one is a file of its own and a line here."""

from __future__ import annotations
