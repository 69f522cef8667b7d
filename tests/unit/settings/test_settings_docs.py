"""Every setting has its heading, and the example environment names every variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from bot.settings.environment import Environment
from bot.settings.places import choices_of
from bot.settings.settings import settings_of
from bot.settings.shape import SettingsShape
from integrations.registry import BY_KIND
from integrations.settings import ServiceRuleShape, SourceShape

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "settings.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()

# What stands on the page of all settings; whatever else a kind has stands on its own.
SHARED_BY_SOURCES = ("kind", "name", "url", "service")


def keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """Each key of the file and what it is described as."""
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        yield key, field.description or ""
        for inner, dots in models_within(field.annotation):
            yield from keys(inner, f"{key}{dots}.")


def models_within(annotation: Any) -> Iterator[tuple[type[BaseModel], str]]:
    for choice in choices_of(annotation):
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            yield choice, ""
        for inner in get_args(choice) if get_origin(choice) in (list, dict) else ():
            yield from ((model, f"[]{dots}") for model, dots in models_within(inner))


def documented() -> dict[str, str]:
    sections = re.split(r"^## ", DOCS, flags=re.MULTILINE)[1:]
    return {section.split("\n")[0].strip("`"): section for section in sections}


def described() -> Iterator[tuple[str, str]]:
    yield from ((field.alias or "", field.description or "") for field in Environment.model_fields.values())
    for key, says in keys(SettingsShape):
        yield key, says
        if key == "sources":
            yield from shared_by_sources()


def shared_by_sources() -> Iterator[tuple[str, str]]:
    said = {name: field.description or "" for name, field in SourceShape.model_fields.items()}
    yield from ((f"sources[].{key}", said.get(key, "")) for key in SHARED_BY_SOURCES)
    yield from keys(ServiceRuleShape, "sources[].service[].")


def test_every_setting_has_its_heading_and_no_heading_is_left_over() -> None:
    assert list(documented()) == [key for key, _ in described()]


def test_every_heading_says_what_the_setting_means() -> None:
    sections = documented()
    unsaid = [key for key, says in described() if says.lower() not in " ".join(sections[key].split()).lower()]
    assert unsaid == []


def test_every_kind_of_source_is_registered_and_named() -> None:
    texts = (path.read_text() for path in (ROOT / "integrations").rglob("*.py"))
    kinds = {kind for text in texts for kind in re.findall(r'^    kind: Literal\["(\w+)"\]', text, re.MULTILINE)}
    assert sorted(kinds) == sorted(BY_KIND)
    assert f"One of {', '.join(sorted(BY_KIND))}." in documented()["sources[].kind"]


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_every_setting_of_a_source_has_its_heading_on_the_source_s_page(kind: str) -> None:
    page = (ROOT / "docs" / "sources" / f"{kind}.md").read_text()
    headings = re.findall(r"^#+ .*$", page, flags=re.MULTILINE)
    there = {key for heading in headings for key in re.findall(r"`(?:sources\[\]\.)?([^`]+)`", heading)}
    general = {key.removeprefix("sources[].") for key, _ in shared_by_sources()}
    assert [key for key, _ in keys(BY_KIND[kind]) if key not in there | general] == []


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_every_setting_of_a_source_is_described(kind: str) -> None:
    assert [key for key, says in keys(BY_KIND[kind]) if not says and key != "kind"] == []


def test_the_example_environment_names_every_variable() -> None:
    """Those of sources are examples, because their names are free."""
    own, _, of_sources = EXAMPLE.partition("# Sources")
    assert sorted(variables(own)) == sorted(field.alias or "" for field in Environment.model_fields.values())
    assert re.findall(r"^[A-Z_]+=", of_sources, flags=re.MULTILINE) == []


def yaml_blocks() -> Iterator[tuple[str, str]]:
    """What the pages show of a settings file, each block with its page."""
    for page in sorted([*(ROOT / "docs" / "sources").glob("*.md"), *(ROOT / "docs").glob("*.md")]):
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
            yield page.name, block


WHOLE = [each for each in yaml_blocks() if re.search(r"^(sources|teams):", each[1], re.MULTILINE)]


@pytest.mark.parametrize(("page", "block"), WHOLE, ids=[page for page, _ in WHOLE])
def test_every_example_of_a_settings_file_can_be_used(page: str, block: str) -> None:
    assert settings_of(block, Path(page), {}).sources is not None


def test_the_example_environment_names_the_variables_of_the_examples_of_sources() -> None:
    named = {name for _, block in yaml_blocks() for name in re.findall(r"\benv:([A-Z_]+)", block)}
    assert named - set(variables(EXAMPLE)) == set()


def variables(text: str) -> list[str]:
    return re.findall(r"^#?([A-Z_]+)=", text, flags=re.MULTILINE)
