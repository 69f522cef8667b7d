"""The reviews of a pull request, as far as others than its author and machines gave them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from integrations.github.graph import Fields, inner
from integrations.globs import Globs


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the reviews come to; None is unknown."""

    first_review_at: datetime | None = None
    approved_at: datetime | None = None
    reviews: int | None = None
    rounds: int | None = None
    comments: int | None = None


def reviewed(author: Fields | None, reviews: Iterable[Fields] | None, merged_at: datetime, bots: Globs) -> Reviewed:
    """What others said before the merge.

    People are only compared here. A deleted account is null: it is another one than any account that still exists,
    but of two deleted ones nobody can tell, and then a review by others may be missing.
    """
    if reviews is None:
        return Reviewed()
    given = sorted((each for each in reviews if each["submittedAt"]), key=lambda each: each["submittedAt"])
    in_time = [each for each in given if datetime.fromisoformat(each["submittedAt"]) <= merged_at]
    others = [each for each in in_time if is_another(each["author"], author) and not is_bot(each["author"], bots)]
    untold = author is None and any(each["author"] is None for each in in_time)
    if untold and not others:
        return Reviewed()
    return Reviewed(
        first_review_at=datetime.fromisoformat(others[0]["submittedAt"]) if others else None,
        approved_at=_approved_at(others),
        reviews=None if untold else len(others),
        rounds=_rounds(others),
        comments=None if untold else sum(each["comments"]["totalCount"] for each in others),
    )


def is_another(one: Fields | None, author: Fields | None) -> bool:
    """Whether an account is certainly another one than the author's."""
    if one is None or author is None:
        return one is not author
    return bool(one["login"] != author["login"])


def is_bot(account: Fields | None, bots: Globs) -> bool:
    return account is not None and (account["__typename"] == "Bot" or bots.fit(account["login"]))


def _approved_at(reviews: Sequence[Fields]) -> datetime | None:
    """The first approval after which nobody asked for changes again."""
    approved: str | None = None
    for review in reviews:
        if review["state"] == "APPROVED":
            approved = approved or review["submittedAt"]
        elif review["state"] == "CHANGES_REQUESTED":
            approved = None
    return datetime.fromisoformat(approved) if approved else None


def _rounds(reviews: Sequence[Fields]) -> int:
    """How often it went back: each state of the branch for which changes were requested, once."""
    asked = [review for review in reviews if review["state"] == "CHANGES_REQUESTED"]
    return len({inner(review, "commit", "oid") for review in asked})
