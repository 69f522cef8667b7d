"""Where a list goes on that is read by offsets, so that nothing is skipped when it changes between two pages; pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """So many items are behind, of a list that had so many in all.

    The lists are sorted newest first. What is added or edited between two pages comes in at the head and moves the rest
    down: some items come twice, none is missed. Only what leaves the list moves the rest up, over the border of the
    page before, and it makes the list shorter. So where a list got shorter by some, it is read again from so many
    before. What came in meanwhile hides that some left, but has moved the rest down by as many.
    """

    start: int = 0
    total: int | None = None

    @classmethod
    def of(cls, token: str | None) -> Place:
        if token is None:
            return cls()
        start, total = token.split("/")
        return cls(int(start), int(total))

    @property
    def token(self) -> str:
        return f"{self.start}/{self.total}"

    def after(self, count: int, total: int) -> Place | None:
        """Where to go on after so many items, when there are so many in all; None at the end of the list."""
        left = 0 if self.total is None else max(0, self.total - total)
        if left and self.start:
            return Place(max(0, self.start - left), total)
        start = self.start + count
        return Place(start, total) if count and start < total else None
