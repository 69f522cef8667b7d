"""What stands on buttons, and what is said of a press that leads nowhere."""

from __future__ import annotations

WHY = "Why?"
SHARE = "Share in channel"
GONE = "There is no team {team} any more; /dora list shows those there are."
KEPT = "Kept. The figures count it from now on. It stands at the end of this walk, to be taken back."
TAKEN_BACK = "Taken back. The figures count what its source says again."
