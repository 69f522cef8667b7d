"""The configured sources, ready to be opened; a credential is looked for when its source is opened, not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from bot.settings.settings import Settings
from bot.source import Source

if TYPE_CHECKING:
    from integrations.http import Patience


def source_openers(settings: Settings, *, patience: Patience | None = None) -> Mapping[str, Callable[[], Source]]:
    """How to open each source that is asked for its items, by its name, in the order of the file."""
    if not settings.sources:
        return {}  # and nothing of the sources is loaded
    from integrations.settings import Opening  # noqa: PLC0415  see above

    openers: dict[str, Callable[[], Source]] = {}
    for source in settings.sources:
        name = source.name or source.kind
        secret = partial(settings.secrets.reveal, name)
        openers[name] = partial(source.opened, Opening(secret, patience) if patience else Opening(secret))
    return openers
