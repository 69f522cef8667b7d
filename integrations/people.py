"""What names a person in a server's item, by the names of its fields: left out of what is kept of it; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
# Any of these words in a field's name, whatever a server puts before or behind it: closed_by, authorEmail.
_PERSON = frozenset({
    "acknowledgements", "acknowledger", "actor", "agent", "approver", "approvers", "assignee", "assignees",
    "assignments", "author", "authors", "avatar", "by", "committer", "creator", "culprits", "email", "emails", "lead",
    "login", "owner", "participants", "reporter", "requester", "reviewer", "reviewers", "submitter", "user", "username",
    "users",
})  # fmt: skip
# People write to and of each other there, and a parameter may even hold a secret.
_FREE_TEXT = frozenset({
    "body", "comment", "comments", "content", "description", "headline", "message", "msg", "note", "notes",
    "parameters", "subject", "summary", "text", "title", "trailers",
})  # fmt: skip
# What a field held before and after, in a history: somebody's name, where it was the assignee. And whose fork it is.
# Branches are called after whoever works on them by many, as in ada/charge-once.
_WHOLE_NAMES = frozenset({
    "branch", "changelog", "display_name", "displayName", "from", "from_string", "fromString", "full_name", "fullName",
    "head_branch", "head_repository", "headRefName", "histories", "ref", "source_branch", "to", "to_string", "toString",
})  # fmt: skip
# An object with one of these is a person, whatever it is called: only the fields of people are called so.
_ONLY_OF_PEOPLE = frozenset({"accountId", "displayName", "emailAddress", "login", "userId", "userName", "username"})
_KINDS_OF_PEOPLE = frozenset({"user", "user_reference"})


def without_people(item: object) -> object:
    """The same without the fields that name people or hold free text, at any depth, and without e-mail addresses."""
    if isinstance(item, Mapping):
        fields = cast("Mapping[str, object]", item)
        return {name: without_people(value) for name, value in fields.items() if _may_be_kept(name, value)}
    if isinstance(item, list):
        return [without_people(each) for each in cast("list[object]", item) if not _is_person(each)]
    return without_addresses(item) if isinstance(item, str) else item


def without_addresses(text: str) -> str:
    """No word that may be an e-mail address, or the address of a page with a user in it."""
    return " ".join("…" if "@" in word[1:] else word for word in text.split(" ")) if "@" in text else text


def _may_be_kept(name: str, value: object) -> bool:
    words = {word.lower() for word in _WORD.findall(name)}
    return name not in _WHOLE_NAMES and not words & _PERSON and not words & _FREE_TEXT and not _is_person(value)


def _is_person(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    fields = cast("Mapping[str, object]", value)
    kind = fields.get("type") or fields.get("__typename")
    return not _ONLY_OF_PEOPLE.isdisjoint(fields) or str(kind).lower() in _KINDS_OF_PEOPLE
