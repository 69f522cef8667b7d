"""The configured sources, ready to be opened; a credential is looked for when its source is opened, not before.

The sources are loaded within the functions, where there is one: a bot without any starts without them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from bot.settings.settings import Settings
from bot.source import Receiver, Source

if TYPE_CHECKING:
    from integrations.http import Patience
    from integrations.registry import SourceSettings
    from integrations.settings import Opening


def source_openers(settings: Settings, *, patience: Patience | None = None) -> Mapping[str, Callable[[], Source]]:
    """How to open each source that is asked for its items, by its name, in the order of the file."""
    if not settings.sources:
        return {}
    from integrations.registry import PulledSettings  # noqa: PLC0415  see above

    pulled = [source for source in settings.sources if isinstance(source, PulledSettings)]
    return {name_of(source): partial(source.opened, _opening(settings, source, patience)) for source in pulled}


def receivers(settings: Settings) -> Mapping[str, Receiver]:
    """Who may send events, by name; CredentialError says which of them has no secret."""
    if not settings.sources:
        return {}
    from integrations.registry import PushedSettings  # noqa: PLC0415  see above

    pushed = [source for source in settings.sources if isinstance(source, PushedSettings)]
    return {name_of(source): source.receiver(_opening(settings, source)) for source in pushed}


def name_of(source: SourceSettings) -> str:
    """What sentences and commands call it."""
    return source.name or source.kind


def _opening(settings: Settings, source: SourceSettings, patience: Patience | None = None) -> Opening:
    from integrations.http import Patience  # noqa: PLC0415  see above
    from integrations.settings import Opening  # noqa: PLC0415  see above

    return Opening(partial(settings.secrets.reveal, name_of(source)), patience or Patience())
