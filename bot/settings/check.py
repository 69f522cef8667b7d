"""A document -> its shape, or every problem it has: unknown keys, wrong values, names given twice, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.settings.document import Document, Place
from bot.settings.problems import InvalidSettingsError, nearest, shown
from bot.settings.shape import SettingsShape, TeamShape

# pydantic's kinds of error -> what is expected, with the figures of the error's own context.
_EXPECTED = {
    "missing": "is missing.",
    "string_type": "must be text; put it in quotes.",
    "int_type": "must be a whole number.",
    "float_type": "must be a number.",
    "list_type": "must be a list.",
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


def checked(document: Document) -> SettingsShape:
    """The shape of a document; InvalidSettingsError tells all its problems in the order of their lines."""
    try:
        shape = SettingsShape() if document.data is None else SettingsShape.model_validate(document.data)
    except ValidationError as error:
        details = sorted(error.errors(), key=lambda detail: document.line(detail["loc"]))
        raise InvalidSettingsError([_sentence(document, detail) for detail in details]) from None
    if problems := [*_repeated_names(document, shape), *_bare_secrets(document, shape)]:
        raise InvalidSettingsError(problems)
    return shape


def _sentence(document: Document, detail: ErrorDetails) -> str:
    place, kind = detail["loc"], detail["type"]
    if kind == "extra_forbidden":
        return document.problem(place, f"is unknown; {nearest(str(place[-1]), _known_keys(place[:-1]))}")
    template = _EXPECTED.get(kind)
    says = template.format(**detail.get("ctx", {})) if template else f"can't be read: {detail['msg']}."
    return document.problem(place, says)


def _known_keys(place: Place) -> list[str]:
    """The keys that may stand at a place of the file, by the models themselves."""
    model: type[BaseModel] = SettingsShape
    for part in place:
        if isinstance(part, str):
            by_key = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = next(_models_in(by_key[part]))
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation has no type of its own
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _repeated_names(document: Document, shape: SettingsShape) -> Iterator[str]:
    places = ((place, name) for at, team in enumerate(shape.teams) for place, name in _names_of(team, ("teams", at)))
    yield from _repeated(document, places)
    sources = ((("sources", at), source.name or source.kind) for at, source in enumerate(shape.sources))
    yield from _repeated(document, sources)


def _names_of(team: TeamShape, place: Place) -> Iterator[tuple[Place, str]]:
    yield (*place, "key"), team.key
    for at, alias in enumerate(team.aliases):
        yield (*place, "aliases", at), alias


def _repeated(document: Document, names: Iterator[tuple[Place, str]]) -> Iterator[str]:
    first: dict[str, Place] = {}
    for place, name in names:
        taken = first.setdefault(name.casefold(), place)
        if taken != place:
            yield document.problem(
                place, f"is {shown(name)}, as line {document.line(taken)} is already; names are unique."
            )


def _bare_secrets(document: Document, shape: SettingsShape) -> Iterator[str]:
    """A secret in a settings file ends up in a repository; only the way to it may stand there."""
    for at, source in enumerate(shape.sources):
        for key, value in (source.model_extra or {}).items():
            if _SECRET_KEY.search(key) and not _is_reference(value):
                yield document.problem(
                    ("sources", at, key),
                    "must say where the secret is, as env:NAME or file:PATH, never the secret itself.",
                )


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None
