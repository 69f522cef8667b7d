"""What SQLAlchemy compiled for one test serves the next: an engine keeps it for itself, and each test has new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import Connection, Engine, event

Key = tuple[Any, ...]


class Compiled(MutableMapping[Key, Any]):
    """Of all engines of one kind; their keys differ only in what comes first, the engine's own dialect."""

    def __init__(self) -> None:
        self._kept: dict[Key, Any] = {}

    def __getitem__(self, key: Key) -> Any:
        return self._kept[key[1:]]

    def __setitem__(self, key: Key, compiled: Any) -> None:
        self._kept[key[1:]] = compiled

    def __delitem__(self, key: Key) -> None:
        del self._kept[key[1:]]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


_BY_KIND = defaultdict[str, Compiled](Compiled)


def compile_once() -> None:
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_BY_KIND[connection.dialect.name])
