"""Where a problem lies in the file: pydantic's own places name the choices of a union too, which no file holds."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel

from bot.settings.document import Place
from bot.settings.shape import SettingsShape
from bot.settings.source_shape import kinds

# Any, because an annotation has no type of its own: a class, a list of one, a choice.
_Annotation = Any
_SOURCE_DEPTH = 2  # ("sources", 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the file, what may stand there, and whether pydantic speaks of one choice among several there."""

    place: Place
    annotation: _Annotation
    one_choice: bool = False


def spot(place: Place, data: object) -> Spot:
    """Follow a place of pydantic's through the models and through what the file holds."""
    here: _Annotation = SettingsShape
    found: list[str | int] = []
    one_choice = False
    for part in place:
        choices = choices_of(here)
        one_choice = len(choices) > 1
        if one_choice:
            here = _chosen(choices, str(part), data)
            continue
        here, data = _inner(choices[0], part), _held(data, part)
        found.append(part)
        if found[0] == "sources" and len(found) == _SOURCE_DEPTH:
            here = kinds().get(_kind(data), here)
    return Spot(tuple(found), here, one_choice)


def models_in(annotation: _Annotation) -> list[type[BaseModel]]:
    """The models that may stand at a place itself, not below it."""
    return [each for each in choices_of(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]


def choices_of(annotation: _Annotation) -> list[_Annotation]:
    """What an annotation may be, without None and without what is attached to it."""
    if get_origin(annotation) is Annotated:
        return choices_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [choice for each in get_args(annotation) for choice in choices_of(each) if choice is not type(None)]
    return [annotation]


def by_key(model: type[BaseModel]) -> Mapping[str, _Annotation]:
    """What may stand under each key of a model."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _inner(annotation: _Annotation, part: str | int) -> _Annotation:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return by_key(annotation).get(str(part), object)
    arguments = get_args(annotation)
    return arguments[-1] if get_origin(annotation) in (list, dict) and arguments else object


def _held(data: object, part: str | int) -> object:
    if isinstance(data, dict):
        return cast("dict[object, object]", data).get(part)
    if isinstance(data, list) and isinstance(part, int):
        return cast("list[object]", data)[part]
    return None


def _kind(data: object) -> str:
    return str(_held(data, "kind"))


def _chosen(choices: list[_Annotation], tag: str, data: object) -> _Annotation:
    """Which choice a tag stands for: the model of that name or mark, else what fits the data."""
    if isinstance(data, list):
        return next((each for each in choices if get_origin(each) is list), object)
    models = [model for each in choices for model in models_in(each)]
    return next((model for model in models if tag == model.__name__ or _marked(model, tag)), object)


def _marked(model: type[BaseModel], tag: str) -> bool:
    marks = (field.annotation for field in model.model_fields.values())
    return any(get_origin(mark) is Literal and tag in get_args(mark) for mark in marks)
