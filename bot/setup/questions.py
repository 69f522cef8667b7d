"""What has to be asked about a source, by the model of its kind: no kind is known here by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Questions:
    """About one source; `environ` decides which variable is worth proposing."""

    kind: str
    asker: Asker
    environ: Mapping[str, str]

    def entry(self, before: Mapping[str, object]) -> Entry:
        """The source's own keys, asked until they are well; earlier answers are proposed again."""
        while True:
            entry = {**before, "kind": self.kind, **self._answers(kinds()[self.kind], before)}
            if not (problems := tuple(problems_of(entry))):
                return entry
            self._warn(problems)
            before = entry

    def incidents(self, entry: Entry, proposals: Mapping[str, str]) -> Entry:
        """The entry with its incidents, where the kind has some and the person wants them."""
        shape = incidents_of(self.kind)
        while shape is not None and _INCIDENTS not in entry:
            answers = self._answers(shape, proposals, f"{_INCIDENTS}.")
            if not any(answers.values()):
                return entry
            asked = {**entry, _INCIDENTS: answers}
            if not (problems := tuple(problems_of(asked))):
                return asked
            self._warn(problems)
        return entry

    def _warn(self, problems: Sequence[str]) -> None:
        for problem in problems:
            self.asker.warn(problem)

    def _answers(self, model: type[BaseModel], before: Mapping[str, object], above: str = "") -> Entry:
        found: Entry = {}
        for name, field in model.model_fields.items():
            key = field.alias or name
            if key not in _NAMED_ELSEWHERE and (field.is_required() or key == "url" or is_secret(field)):
                found[key] = self._answer(key, field, before.get(key), above)
        return {key: answer for key, answer in found.items() if answer not in ("", [], {})}

    def _answer(self, key: str, field: FieldInfo, before: object, above: str) -> object:
        inner = _inner_models(field)
        if inner:
            answers = self._answers(inner[0], {}, f"{above}{key}.")
            return [answers] if get_origin(choices_of(field.annotation)[0]) is list else answers
        is_list = any(get_origin(choice) is list for choice in choices_of(field.annotation))
        about = f"{field.description}{'; commas between several' if is_list else ''}"
        default = self._default(key, field, before)
        skip = f"; {NONE} for none" if default and not field.is_required() and key != "url" else ""
        answer = self.asker.text(f"{above}{key} ({about}{skip})", default).strip()
        answer = "" if answer == NONE else answer
        return [part.strip() for part in answer.split(",") if part.strip()] if is_list else answer

    def _default(self, key: str, field: FieldInfo, before: object) -> str:
        if isinstance(before, list):
            return ", ".join(map(str, cast("list[object]", before)))
        if before is not None:
            return str(before)
        if is_secret(field):
            variable = f"{self.kind}_{key}".upper()
            likely = field.is_required() or key == "token" or bool(self.environ.get(variable))
            return f"env:{variable}" if likely else ""
        return field.default if isinstance(field.default, str) else ""


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


def _inner_models(field: FieldInfo) -> list[type[BaseModel]]:
    """The models of which a value, or an item of it, consists."""
    choices: list[Any] = choices_of(field.annotation)
    items = [item for choice in choices if get_origin(choice) is list for item in get_args(choice)]
    return [model for choice in [*choices, *items] for model in models_in(choice)]
