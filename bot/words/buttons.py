"""What stands on buttons, and what is said of a press that leads nowhere."""

from __future__ import annotations

SHARE = "Share in channel"
GONE = "There is no team {team} any more; /dora list shows those there are."
