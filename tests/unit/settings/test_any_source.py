"""Whatever stands in an entry of `sources:`, its problems are sentences about keys of the file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings.check import checked
from bot.settings.document import Document
from bot.settings.places import by_key, models_in
from bot.settings.problems import InvalidSettingsError
from integrations.registry import BY_KIND

KEYS = sorted({key for model in BY_KIND.values() for key in by_key(model)} | {"from", "match", "paths", "x"})
SCALARS = st.none() | st.booleans() | st.integers(-1, 3) | st.floats(0, 2) | st.sampled_from(["", "x", "env:X", "{y}"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
)
# As `_dotted` writes a place, then what is wrong there.
SENTENCE = re.compile(
    r"quintet\.yaml, line 1: sources\[0\]((\.[a-z_]+|\[\d+\])*) (is|must|needs|holds|has|can't) .*[.?]"
)


def entry(kind: str) -> st.SearchStrategy[dict[str, object]]:
    """Its own keys, and below them those that belong there, with anything as their values."""
    inner = {key: VALUES | _below(annotation) for key, annotation in by_key(BY_KIND[kind]).items()}
    return st.fixed_dictionaries({"kind": st.just(kind)}, optional={key: inner[key] for key in inner if key != "kind"})


def _below(annotation: Any) -> st.SearchStrategy[dict[str, object]]:
    models = (st.fixed_dictionaries({}, optional=dict.fromkeys(by_key(each), VALUES)) for each in models_in(annotation))
    return st.one_of(*models)


@pytest.mark.parametrize("kind", sorted(BY_KIND))
@settings(max_examples=25)
@given(data=st.data())
def test_every_problem_is_one_sentence_with_the_key_as_the_file_has_it(kind: str, data: st.DataObject) -> None:
    wrong = data.draw(entry(kind))
    try:
        checked(Document("quintet.yaml", {"sources": [wrong]}))
    except InvalidSettingsError as error:
        for line in error.lines:
            assert SENTENCE.fullmatch(line)
            assert "can't be read" not in line
        places = [line.split(" ", 4)[3] for line in error.lines]
        assert len(places) == len(set(places))
