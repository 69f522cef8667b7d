"""How often an app may post (https://docs.slack.dev/apis/web-api/rate-limits)."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

CHANNEL_SECONDS = 1.0
# "Several hundred messages a minute" in a workspace; Slack names no figure.
MOST_A_MINUTE = 360
_MINUTE = 60.0


@dataclass
class Pace:
    """One message a second in a channel, and so many a minute in all; refused ones don't count."""

    most_a_minute: int = MOST_A_MINUTE
    refused: int = 0
    _last: dict[str, float] = field(default_factory=dict[str, float])
    _minute: deque[float] = field(default_factory=deque[float])

    def wait(self, channel: str, now: float) -> int:
        """After how many seconds a post to the channel would be taken; 0 where it is taken now, and counts."""
        while self._minute and self._minute[0] <= now - _MINUTE:
            self._minute.popleft()
        again = self._last.get(channel, -math.inf) + CHANNEL_SECONDS
        if len(self._minute) >= self.most_a_minute:
            again = max(again, self._minute[0] + _MINUTE)
        if again > now:
            self.refused += 1
            return max(math.ceil(again - now), 1)
        self._last[channel] = now
        self._minute.append(now)
        return 0
