"""One entry of `sources:` -> the settings of its kind. The kinds are loaded once the first entry is there.

Loading them takes a fifth of a second, for the HTTP client below them; a file without sources is read without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

if TYPE_CHECKING:  # the kinds, for their types alone
    from integrations.registry import SourceSettings


def kinds() -> Mapping[str, type[SourceSettings]]:
    """The model of each kind of source."""
    from integrations.registry import BY_KIND  # noqa: PLC0415  see above

    return BY_KIND


def _known(kind: str) -> str:
    if kind not in kinds():
        raise ValueError(f"must be one of {', '.join(sorted(kinds()))}.")
    return kind


class KindShape(BaseModel):
    """What has to be known of an entry before anything else of it can be read."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    kind: Annotated[str, AfterValidator(_known)]


def source_settings(entry: object) -> SourceSettings:
    """By its kind, so that the places of problems have no other parts than the file's own."""
    kind = KindShape.model_validate(entry).kind
    return kinds()[kind].model_validate(entry)
