"""Every setting has its heading, and the example environment names every variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from bot.settings.check import _models_in
from bot.settings.environment import Environment
from bot.settings.shape import SettingsShape

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "settings.md").read_text()


def keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """Each key of the file and what it is described as."""
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        yield key, field.description or ""
        for inner in _models_in(field.annotation):
            yield from keys(inner, f"{key}[]." if "list" in str(field.annotation) else f"{key}.")


def documented() -> dict[str, str]:
    sections = re.split(r"^## ", DOCS, flags=re.MULTILINE)[1:]
    return {section.split("\n")[0].strip("`"): section for section in sections}


def described() -> dict[str, str]:
    variables = {field.alias or "": field.description or "" for field in Environment.model_fields.values()}
    return {**variables, **dict(keys(SettingsShape))}


def test_every_setting_has_its_heading_and_no_heading_is_left_over() -> None:
    assert list(documented()) == list(described())


def test_every_heading_says_what_the_setting_means() -> None:
    sections = documented()
    unsaid = [key for key, says in described().items() if says.lower() not in " ".join(sections[key].split()).lower()]
    assert unsaid == []


def test_the_example_environment_names_every_variable() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    assert sorted(named) == sorted(field.alias or "" for field in Environment.model_fields.values())
