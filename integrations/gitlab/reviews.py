"""The notes of a merge request, as far as others than its author and machines wrote them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.globs import Globs

Fields = Mapping[str, Any]

# GitLab writes these itself, always in English; they are all that tells when something was approved.
_APPROVED = "approved this merge request"
_TAKEN_BACK = ("unapproved this merge request", "requested changes")
_READY = ("marked this merge request as **ready**", "marked as ready")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the notes come to; None is unknown."""

    ready_at: datetime | None = None
    first_review_at: datetime | None = None
    approved_at: datetime | None = None
    reviews: int | None = None
    comments: int | None = None


def reviewed(author: Fields | None, notes: Iterable[Fields] | None, merged_at: datetime, bots: Globs) -> Reviewed:
    """What others said before the merge. People are only compared here.

    GitLab knows no review as such: whoever commented, approved or requested changes reviewed it once.
    """
    if notes is None:
        return Reviewed()
    in_time = sorted((note for note in notes if at(note) <= merged_at), key=at)
    others = [note for note in in_time if _is_another(note["author"], author) and not is_bot(note["author"], bots)]
    said = [note for note in others if not note["system"] or _text(note).startswith((_APPROVED, *_TAKEN_BACK))]
    ready = [at(note) for note in in_time if note["system"] and _text(note).startswith(_READY)]
    return Reviewed(
        ready_at=max(ready, default=None),
        first_review_at=at(said[0]) if said else None,
        approved_at=_approved_at(said),
        reviews=len({note["author"]["id"] for note in said}),
        comments=sum(not note["system"] for note in said),
    )


def is_bot(account: Fields | None, bots: Globs) -> bool:
    return account is not None and bots.fit(account["username"])


def at(note: Fields) -> datetime:
    return datetime.fromisoformat(note["created_at"])


def _is_another(one: Fields | None, author: Fields | None) -> bool:
    return one is not None and author is not None and bool(one["id"] != author["id"])


def _approved_at(notes: Sequence[Fields]) -> datetime | None:
    """The first approval after which nobody took it back or asked for changes."""
    approved: datetime | None = None
    for note in (note for note in notes if note["system"]):
        approved = (approved or at(note)) if _text(note).startswith(_APPROVED) else None
    return approved


def _text(note: Fields) -> str:
    return note.get("body") or ""
