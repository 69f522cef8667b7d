"""One try of a request: how large its answer may be, and how long it may take."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.errors import SourceError

_LARGEST = 64 * 2**20  # bytes; the largest pages seen have a few megabytes
_SECONDS = 300.0  # from the first piece of an answer to its last
_PIECE = 2**16  # bytes


@dataclass(frozen=True, slots=True)
class Patience:
    """Time, as the policy sees it: tests bring their own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform
    seconds: float = 3_900.0  # how long one source may wait in all; a rate limit of an hour ends within it


class Wire(HTTPAdapter):
    """One try. Its answer is read whole within it: most broken connections break in the middle of one."""

    name: str
    origin: str
    patience: Patience

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:  # noqa: ANN401  as requests has it
        response = super().send(request, *args, **options)
        pieces: list[bytes] = []
        size = 0
        for piece in self._in_time(response):
            size += len(piece)
            if size > _LARGEST:
                response.close()
                raise SourceError(f"{self.name}: {self.origin} sent more than {_LARGEST // 2**20} MB at once.")
            pieces.append(piece)
        # As requests itself keeps it.
        response._content, response._content_consumed = b"".join(pieces), True  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        return response

    def _in_time(self, response: Response) -> Iterator[bytes]:
        """Each piece as it comes: a time-out between two of them alone lets a server drip for ever."""
        begun = self.patience.now()
        try:
            while piece := response.raw.read1(_PIECE, decode_content=True):
                if self.patience.now() - begun > _SECONDS:
                    response.close()
                    raise exceptions.ReadTimeout
                yield piece
        except ReadTimeoutError:
            raise exceptions.ReadTimeout from None
        except HTTPError as error:
            raise exceptions.ChunkedEncodingError(error) from None
