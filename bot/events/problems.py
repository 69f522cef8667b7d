"""What is wrong with an event, in plain words: the field and what was expected, never the validator's jargon; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.events import Change, Definition, Deployment, GateWait, Incident, PipelineRun, SloWindow

KINDS = {
    "deployment": Deployment,
    "change": Change,
    "pipeline_run": PipelineRun,
    "incident": Incident,
    "slo": SloWindow,
    "definition": Definition,
}
_SHOWN = 60  # characters of what someone wrote; enough to find it, too few to flood a screen
_TIME = "a time with an offset, like 2026-10-05T14:26:00Z"

# What pydantic calls it, and what we say; {…} are its own figures, {got} is what stood there.
_EXPECTED: Mapping[str, str] = {
    "missing": "is required",
    "string_type": "expected a text, got {got}",
    "string_unicode": "holds half of a character, which can't be stored",
    "string_too_short": "must not be empty",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "holds a NUL character, which can't be stored",
    "bool_type": "expected true or false, got {got}",
    "int_type": "expected a whole number, got {got}",
    "int_from_float": "expected a whole number, got {got}",
    "int_parsing_size": "is a number beyond 64 bits",
    "float_type": "expected a number, got {got}",
    "finite_number": "expected a number, not NaN or infinity",
    "greater_than": "must be greater than {gt}, got {got}",
    "less_than": "must be less than {lt}, got {got}",
    "datetime_type": f"expected {_TIME}, got {{got}}",
    "datetime_parsing": f"expected {_TIME}, got {{got}}",
    "datetime_from_date_parsing": f"expected {_TIME}, got {{got}}",
    "datetime_object_invalid": f"expected {_TIME}, got {{got}}",
    "timezone_aware": "a time needs an offset, like 2026-10-05T14:26:00Z",
    "tuple_type": "expected a list, got {got}",
    "too_short": "expected at least one",
    "too_long": "has more than {max_length} entries",
    "literal_error": "expected {expected}, got {got}",
    "dict_type": "expected an object in braces, got {got}",
    "model_type": "expected an object in braces, got {got}",
    "value_error": "{error}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong on one line; `field` is empty where no single field is to blame."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.message}" if self.field else f"line {self.line}: {self.message}"


def problems(line: int, error: ValidationError) -> list[Problem]:
    """All that is wrong with one line."""
    return [_problem(line, detail) for detail in error.errors(include_url=False)]


def problem_of_model(error: ValidationError) -> Problem:
    """The first thing wrong with an event that was made by calling its model, which names no kind in its places."""
    detail = error.errors(include_url=False)[0]
    return _problem(0, {**detail, "loc": ("", *detail["loc"])})


def _problem(line: int, detail: ErrorDetails) -> Problem:
    kind, *path = detail["loc"] or ("",)
    context = detail.get("ctx", {})
    match detail["type"]:
        case "json_invalid":
            return Problem(line, "", _not_json(str(context["error"])))
        case "union_tag_invalid":
            return Problem(line, "kind", _unknown(str(context["tag"]), tuple(KINDS), "is no kind of event"))
        case "union_tag_not_found":
            return Problem(line, "kind", f"is required: one of {', '.join(KINDS)}")
        case "extra_forbidden":
            known = _fields_beside(str(kind), path)
            return Problem(line, "", _unknown(str(path[-1]), known, "is no field of this event"))
        case _:
            return Problem(line, _field(path), _expected(detail))


def _field(path: list[int | str]) -> str:
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return name.removeprefix(".")


def _fields_beside(kind: str, path: list[int | str]) -> tuple[str, ...]:
    model = KINDS[kind] if len(path) == 1 else GateWait
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _unknown(name: str, known: tuple[str, ...], what: str) -> str:
    nearest = get_close_matches(name[:_SHOWN], known, n=1)
    return f"{shown(name)} {what}" + (f"; did you mean {nearest[0]}?" if nearest else "")


def _not_json(complaint: str) -> str:
    reason = complaint.replace(" at line 1 column ", " at character ")
    if reason.startswith("EOF"):
        return "ends before its object does; one event is one line"
    if reason.startswith("recursion limit"):
        return "is nested too deeply"
    if reason.startswith("number out of range"):
        return "holds a number beyond 64 bits"
    return f"not JSON: {reason}"


def _expected(detail: ErrorDetails) -> str:
    context: dict[str, Any] = {**detail.get("ctx", {}), "got": shown(detail["input"])}
    if detail["type"] in ("greater_than_equal", "less_than_equal", "less_than", "greater_than"):
        return _out_of_range(detail["type"], context)
    return _EXPECTED[detail["type"]].format_map(context)


def _out_of_range(type_: str, context: Mapping[str, Any]) -> str:
    sign, word = {
        "greater_than_equal": ("ge", "at least"),
        "less_than_equal": ("le", "at most"),
        "less_than": ("lt", "less than"),
        "greater_than": ("gt", "greater than"),
    }[type_]
    bound = context[sign]
    if not isinstance(bound, int | float):
        return "expected a time from 1970 to 9999"
    if bound > 2**53:
        return "is a number beyond 64 bits"
    return f"must be {word} {bound:g}, got {context['got']}"


def shown(value: object) -> str:
    """What someone wrote, short and on one line, with nothing in it that could play tricks on a terminal."""
    if isinstance(value, str):
        escaped = repr(value[:_SHOWN])
        return escaped if len(value) <= _SHOWN and len(escaped) <= _SHOWN + 2 else escaped[:_SHOWN] + "…'"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 10**15 else "a number that is none, or too large"
    return "a list" if isinstance(value, list | tuple) else "an object"
