"""A document -> its shape, or every problem it has: unknown keys, wrong values, names given twice, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.settings.document import Document, Place
from bot.settings.places import Spot, by_key, models_in, spot
from bot.settings.problems import InvalidSettingsError, nearest, shown
from bot.settings.shape import SettingsShape, TeamShape

# pydantic's kinds of error for a value of another sort -> the sort that is expected.
_SORTS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
}

_MISSING = "is missing."

# What the documentation says beside the key's own name.
_MEANS = {"kinds": "messages"}

# The other kinds -> what is expected, with the figures of the error's own context.
_EXPECTED = {
    **{kind: f"must be {sort}." for kind, sort in _SORTS.items()},
    "missing": _MISSING,
    "string_type": "must be text; put it in quotes.",
    "dict_type": "must hold keys with values.",
    "model_type": "must hold keys with values.",
    "too_short": "must hold at least {min_length}.",
    "greater_than": "must be more than {gt}.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than": "must be less than {lt}.",
    "less_than_equal": "must be at most {le}.",
    "literal_error": "must be {expected}.",
    "finite_number": "must be a finite number.",
    "value_error": "{error}",
}

_SECRET_KEY = re.compile(r"token|secret|password|api_?key")
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
_IN_CLEAR = "must say where the secret is, as env:NAME or file:PATH, never the secret itself."


def checked(document: Document) -> SettingsShape:
    """The shape of a document; InvalidSettingsError tells all its problems in the order of their lines."""
    secrets = dict.fromkeys(_secrets_in_clear(document.data), _IN_CLEAR)
    try:
        shape = SettingsShape() if document.data is None else SettingsShape.model_validate(document.data)
    except ValidationError as error:
        raise _invalid(document, {**_problems(document.data, error.errors()), **secrets}) from None
    if problems := {**_repeated_names(document, shape), **secrets}:
        raise _invalid(document, problems)
    return shape


def _invalid(document: Document, problems: Mapping[Place, str]) -> InvalidSettingsError:
    ordered = sorted(problems.items(), key=lambda problem: document.line(problem[0]))
    return InvalidSettingsError([document.problem(place, says) for place, says in ordered])


def _problems(data: object, details: Sequence[ErrorDetails]) -> dict[Place, str]:
    """One sentence a place. Of a value that may be of several sorts, only what fits its own sort is told."""
    told: dict[Place, str] = {}
    sorts: dict[Place, list[str]] = {}
    for detail in details:
        found = spot(detail["loc"], data)
        if found.one_choice and detail["type"] in _SORTS:
            sorts.setdefault(found.place, []).append(_SORTS[detail["type"]])
        else:
            told.setdefault(found.place, _sentence(data, detail, found))
    unfit = {place for place in sorts if not any(each[: len(place)] == place for each in told)}
    told |= {place: f"must be {' or '.join(dict.fromkeys(sorts[place]))}." for place in unfit}
    return {place: says for place, says in told.items() if says != _MISSING or not _is_misspelt(place, told)}


def _is_misspelt(missing: Place, told: Mapping[Place, str]) -> bool:
    """A key that stands there under a name which is told to be wrong is not missing besides."""
    meant = f"did you mean {missing[-1]}?"
    return any(place[:-1] == missing[:-1] and says.endswith(meant) for place, says in told.items())


def _sentence(data: object, detail: ErrorDetails, found: Spot) -> str:
    if detail["type"] == "extra_forbidden":
        around = models_in(spot(detail["loc"][:-1], data).annotation)
        typed = str(found.place[-1])
        return f"is unknown; {nearest(_MEANS.get(typed, typed), [key for model in around for key in by_key(model)])}"
    if detail["type"] == "literal_error" and (meant := _meant(detail)):
        return f"must be {meant[0]}; did you mean {meant[1]}?"
    template = _EXPECTED.get(detail["type"])
    return template.format(**detail.get("ctx", {})) if template else f"can't be read: {detail['msg']}."


def _meant(detail: ErrorDetails) -> tuple[str, str] | None:
    """What is expected, and which of it a word comes near."""
    expected, typed = str(detail.get("ctx", {}).get("expected", "")), detail["input"]
    close = get_close_matches(typed, re.findall(r"'([^']+)'", expected), n=1) if isinstance(typed, str) else ()
    return (expected, close[0]) if close else None


def _repeated_names(document: Document, shape: SettingsShape) -> dict[Place, str]:
    places = ((place, name) for at, team in enumerate(shape.teams) for place, name in _names_of(team, ("teams", at)))
    sources = ((("sources", at), source.name or source.kind) for at, source in enumerate(shape.sources))
    return {**_repeated(document, places), **_repeated(document, sources)}


def _names_of(team: TeamShape, place: Place) -> Iterator[tuple[Place, str]]:
    yield (*place, "key"), team.key
    for at, alias in enumerate(team.aliases):
        yield (*place, "aliases", at), alias


def _repeated(document: Document, names: Iterator[tuple[Place, str]]) -> dict[Place, str]:
    first: dict[str, Place] = {}
    problems: dict[Place, str] = {}
    for place, name in names:
        taken = first.setdefault(name.casefold(), place)
        if taken != place:
            problems[place] = f"is {shown(name)}, as line {document.line(taken)} is already; names are unique."
    return problems


def _secrets_in_clear(data: object, place: Place = ()) -> Iterator[Place]:
    """A secret in a settings file ends up in a repository; only the way to it may stand there, whatever the key is."""
    for part, value in _held(data):
        inner = (*place, part)
        if inner[0] != "sources":
            continue
        if isinstance(value, dict | list):
            yield from _secrets_in_clear(cast("object", value), inner)
        elif _SECRET_KEY.search(str(part)) and value is not None and not _REFERENCE.fullmatch(str(value)):
            yield inner


def _held(data: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(data, dict):
        return cast("dict[str | int, object]", data).items()
    return enumerate(cast("list[object]", data)) if isinstance(data, list) else ()
