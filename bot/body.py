"""The body of a request from outside: read only so far, and refused in one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request

_SECONDS = 60.0  # that a body may take to arrive


class RefusedError(Exception):
    """A request that is not answered, with the HTTP status and the sentence that say why."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


@dataclass(slots=True)
class Room:
    """Bytes that may be held of all bodies together which are not known to be anybody's."""

    free: int

    @contextmanager
    def held(self) -> Generator[Holding]:
        """What is taken within the block is free again after it."""
        holding = Holding(self)
        try:
            yield holding
        finally:
            self.free += holding.size


@dataclass(slots=True)
class Holding:
    """One body's part of it."""

    room: Room
    size: int = 0

    def take(self, size: int) -> None:
        if size > self.room.free:
            raise RefusedError(503, "Too much arrives at once from senders that are not known yet; send it again.")
        self.room.free -= size
        self.size += size


async def bounded_body(request: Request, largest: int, holding: Holding | None = None) -> bytes:
    """All of it, or a refusal as soon as it is longer than that, or takes too long."""
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > largest:
                    raise RefusedError(413, f"The request is larger than {largest:,} bytes.")
                if holding is not None:
                    holding.take(len(chunk))
    except TimeoutError:
        raise RefusedError(408, f"The request took longer than {_SECONDS:.0f} seconds to arrive.") from None
    return bytes(body)
