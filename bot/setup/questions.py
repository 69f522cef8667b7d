"""What has to be asked about a source, by the model of its kind: no kind is known here by its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings.check import checked
from bot.settings.document import Document, parsed
from bot.settings.places import choices_of, models_in
from bot.settings.problems import InvalidSettingsError
from bot.settings.source_shape import kinds
from bot.setup.asker import Asker

NONE = "-"
_NAMED_ELSEWHERE = frozenset({"kind", "name"})
_INCIDENTS = "incidents"
_WORD = re.compile(r"\w+")

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Questions:
    """About one source; `environ` decides which variable is worth proposing."""

    kind: str
    asker: Asker
    environ: Mapping[str, str]

    def entry(self, before: Mapping[str, object]) -> Entry:
        """The source's own keys, asked until they are well; of what was wrong, only the keys that it names again."""
        model = kinds()[self.kind]
        keys = {key for key, field in _by_key(model) if self._is_asked(key, field)}
        entry: Entry = dict(before)
        while True:
            answers = self._answers(model, entry, keys)
            entry = {"kind": self.kind, **{key: value for key, value in entry.items() if key not in keys}, **answers}
            if not (problems := tuple(problems_of(entry))):
                return entry
            self._warn(problems)
            known = {key for key, _ in _by_key(model)} - _NAMED_ELSEWHERE
            keys = {key for problem in problems for key in _named_in(problem, known)} or keys

    def incidents(self, entry: Entry, proposals: Mapping[str, str]) -> Entry:
        """The entry with its incidents, where the kind has some and the person wants them."""
        shape = incidents_of(self.kind)
        if shape is not None and _INCIDENTS not in entry and not _required(shape):
            return {**entry, _INCIDENTS: {}} if self.asker.yes("Are incidents recorded there?") else entry
        while shape is not None and _INCIDENTS not in entry:
            answers = self._answers(shape, proposals, _required(shape), f"{_INCIDENTS}.")
            if not answers:
                return entry
            asked = {**entry, _INCIDENTS: answers}
            if not (problems := tuple(problems_of(asked))):
                return asked
            self._warn(problems)
        return entry

    def _warn(self, problems: Sequence[str]) -> None:
        for problem in problems:
            self.asker.warn(problem)

    def _is_asked(self, key: str, field: FieldInfo) -> bool:
        return key not in _NAMED_ELSEWHERE and (field.is_required() or key == "url" or is_secret(field))

    def _answers(
        self, model: type[BaseModel], before: Mapping[str, object], keys: Collection[str], above: str = ""
    ) -> Entry:
        found = {
            key: self._answer(key, field, self._default(key, field, before.get(key), model), above)
            for key, field in _by_key(model)
            if key in keys
        }
        return {key: answer for key, answer in found.items() if answer not in ("", [], {})}

    def _answer(self, key: str, field: FieldInfo, default: str, above: str) -> object:
        choices: list[Any] = choices_of(field.annotation)
        is_list = any(get_origin(choice) is list for choice in choices)
        if inner := _inner_models(field):
            answers = self._answers(inner[0], {}, _required(inner[0]), f"{above}{key}.")
            return [answers] if is_list and answers else answers
        about = f"{field.description}{'; commas between several' if is_list else ''}"
        skip = f"; {NONE} for none" if default and not field.is_required() and key != "url" else ""
        answer = self.asker.text(f"{above}{key} ({about}{skip})", default).strip()
        answer = "" if answer == NONE else answer
        if is_list:
            return [part.strip() for part in answer.split(",") if part.strip()]
        return answer if str in choices else _number(answer)

    def _default(self, key: str, field: FieldInfo, before: object, model: type[BaseModel]) -> str:
        if is_secret(field):  # a secret itself, given by mistake, is not shown again
            given = isinstance(before, str) and before.startswith(("env:", "file:"))
            return str(before) if given else self._variable(key, field, model)
        if isinstance(before, list):
            return ", ".join(map(str, cast("list[object]", before)))
        if before is not None:
            return str(before)
        return field.default if isinstance(field.default, str) else ""

    def _variable(self, key: str, field: FieldInfo, model: type[BaseModel]) -> str:
        """What is needed, what most people have, and what is set already; a user alone goes with a token."""
        variable = f"{self.kind}_{key}".upper()
        usual = key == "token" or (key == "user" and "password" not in model.model_fields)
        return f"env:{variable}" if field.is_required() or usual or self.environ.get(variable) else ""


def entries_of(flags: Sequence[str]) -> list[Entry]:
    """Each flag is an entry of `sources:` on one line, with braces around it or without."""
    entries = (text if text.startswith("{") else f"{{{text}}}" for text in map(str.strip, flags))
    document = parsed(f"sources: [{', '.join(entries)}]", "--source")
    checked(document)
    return cast("Mapping[str, list[Entry]]", document.data)["sources"]


def for_team(entry: Entry, team: str) -> Entry:
    """Incidents that name no service belong to the only team there is, unless they say otherwise."""
    incidents, shape = entry.get(_INCIDENTS), incidents_of(str(entry["kind"]))
    if not isinstance(incidents, dict) or shape is None or "team" not in shape.model_fields:
        return entry
    return {**entry, _INCIDENTS: {"team": team, **cast("Entry", incidents)}}


def incidents_of(kind: str) -> type[BaseModel] | None:
    """What the kind's `incidents:` may hold, where a person has to say which ones they are."""
    field = kinds()[kind].model_fields.get(_INCIDENTS)
    return next(iter(models_in(field.annotation)), None) if field and not field.is_required() else None


def is_secret(field: FieldInfo) -> bool:
    from integrations.settings import Secret  # noqa: PLC0415  it loads the HTTP client

    marks = get_args(Secret)[1:]
    return Secret in get_args(field.annotation) or any(mark in field.metadata for mark in marks)


def problems_of(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry, in words that name its keys."""
    try:
        checked(Document("", {"sources": [entry]}))
    except InvalidSettingsError as error:
        for line in error.lines:
            yield line.partition("sources[0]")[2].removeprefix(".").strip()


def _named_in(problem: str, known: set[str]) -> set[str]:
    """The key that a sentence begins with; else those that it speaks of."""
    words = _WORD.findall(problem)
    return known & set(words[:1]) or known & set(words)


def _by_key(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _required(model: type[BaseModel]) -> set[str]:
    return {key for key, field in _by_key(model) if field.is_required()}


def _number(answer: str) -> str | int | float:
    """What is no number stays as it is, and is refused by the model in its own words."""
    try:
        return int(answer) if answer.isdecimal() else float(answer)
    except ValueError:
        return answer


def _inner_models(field: FieldInfo) -> list[type[BaseModel]]:
    """The models of which a value, or an item of it, consists."""
    choices: list[Any] = choices_of(field.annotation)
    items = [item for choice in choices if get_origin(choice) is list for item in get_args(choice)]
    return [model for choice in [*choices, *items] for model in models_in(choice)]
