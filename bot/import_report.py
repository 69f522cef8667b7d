"""What an import did, as `quintet import` says it: one line a file, or one JSON document; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_SERVICES_NAMED = 10


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file. `refused` counts its bad lines; anything but 0 means that nothing of it was stored."""

    file: str
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: tuple[str, ...] = ()
    unsaid: int = 0

    @property
    def sentence(self) -> str:
        if self.refused:
            return f"{self.file}: refused; nothing of it was stored"
        if not self.read:
            return f"{self.file}: no events in it"
        counts = f"{self.read:,} read, {self.new:,} new, {self.updated:,} updated, {self.unchanged:,} unchanged"
        return f"{self.file}: {counts}" + ("" if self.new or self.updated else "; nothing changed")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All files, the events read of each kind, and the services that no team owns."""

    files: tuple[FileReport, ...]
    events: Mapping[str, int] = field(default_factory=dict[str, int])
    unowned_services: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for file in self.files for problem in file.problems)

    @property
    def unsaid(self) -> int:
        return sum(file.unsaid for file in self.files)

    @property
    def sentences(self) -> tuple[str, ...]:
        return (*(file.sentence for file in self.files), *self._unowned())

    def _unowned(self) -> tuple[str, ...]:
        if not self.unowned_services:
            return ()
        named = ", ".join(self.unowned_services[:_SERVICES_NAMED])
        rest = len(self.unowned_services) - _SERVICES_NAMED
        more = f" and {rest} more" if rest > 0 else ""
        return (f"Stored, but no team owns {named}{more}: add them to a team's services in quintet.yaml",)

    def as_json(self) -> dict[str, object]:
        return {
            "files": [
                {name: getattr(file, name) for name in ("file", "read", "new", "updated", "unchanged", "refused")}
                for file in self.files
            ],
            "events": dict(self.events),
            "unowned_services": list(self.unowned_services),
        }
