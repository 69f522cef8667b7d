"""The body of a request from outside: read only so far, and refused in one sentence."""

from __future__ import annotations

from starlette.requests import Request


class RefusedError(Exception):
    """A request that is not answered, with the HTTP status and the sentence that say why."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


async def bounded_body(request: Request, largest: int) -> bytes:
    """All of it, or a refusal as soon as it is longer than that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise RefusedError(413, f"The request is larger than {largest:,} bytes.")
    return bytes(body)
