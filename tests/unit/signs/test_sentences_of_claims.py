"""Every claim has a sentence, whatever its figures; every sentence belongs to a claim."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from bot.reading import first_step
from bot.reading.reading import Claim
from bot.words.evidence import SENTENCES, sentence
from bot.words.template import PHRASES, Template, last

READING = Path(first_step.__file__).parent
TYPICAL = {
    "%": 0.32,
    "availability": 0.9971,
    "time": 111_600.0,
    "number": 12.345,
    "ratio": 2.04,
    "times": 6.12,
    "last": 28,
}
SMALL = {"%": 0.0, "availability": 0.0, "time": 0.0, "number": 0.0, "ratio": 1e-7, "times": 0.0123, "last": 1}
LARGE = {"%": 1.0, "availability": 1.0, "time": 3e9, "number": 1e9, "ratio": 1e6, "times": 98_765.4, "last": 182}
COUNTS = {"typical": 16, "small": 1, "large": 1_234_567}
FIGURES = {"typical": TYPICAL, "small": SMALL, "large": LARGE}
UGLY = re.compile(r"None|\bnan\b|\binf\b|[{}]|\b[a-z]+_[a-z_]+\b|because of|caused by|!|  | ,|\.\.")


def fields(template: Template) -> dict[str, str]:
    parts = (template.main, *template.clauses.values())
    return {name: spec or "" for part in parts for _, name, spec, _ in Formatter().parse(part) if name}


def figures(template: Template, size: str, phrase: int = 0) -> dict[str, float | int | str | None]:
    found: dict[str, float | int | str | None] = {}
    for name, spec in fields(template).items():
        kind = spec.split("|")[0]
        if kind == "day":
            found[name] = "2026-08-31"
        elif kind.lower() in PHRASES:
            keys = list(PHRASES[kind.lower()])
            found[name] = keys[phrase % len(keys)]
        elif kind in TYPICAL:
            found[name] = FIGURES[size][kind]
        else:
            found[name] = COUNTS[size]
    return found


@pytest.mark.parametrize("size", FIGURES)
@pytest.mark.parametrize("key", SENTENCES)
def test_every_claim_is_a_plain_complete_sentence(key: str, size: str) -> None:
    for phrase in range(5):
        text = sentence(Claim(key, figures(SENTENCES[key], size, phrase)))
        assert text.endswith(".")
        assert text[0].isupper() or text[0].isdigit()
        assert not UGLY.search(text), text


@pytest.mark.parametrize("key", [key for key in SENTENCES if SENTENCES[key].clauses])
def test_a_clause_is_left_out_where_its_figure_is_not_known(key: str) -> None:
    template = SENTENCES[key]
    known = figures(template, "typical") | dict.fromkeys(template.clauses)
    text = sentence(Claim(key, known))
    assert text.endswith(".")
    assert not UGLY.search(text), text
    assert len(text) < len(sentence(Claim(key, figures(template, "typical"))))


def test_text_from_outside_stands_as_it_came() -> None:
    claim = Claim("rolled_back", {"service": "<!channel> {x} my_service", "id": "a_b"})
    assert sentence(claim) == "<!channel> {x} my_service a_b was a rollback."


def test_a_name_keeps_its_small_letter() -> None:
    assert sentence(Claim("failed", {"service": "checkout", "id": "d-812", "seconds": 104_400.0})) == (
        "checkout d-812 failed, 29 h to recover."
    )


def test_a_first_step_names_the_component_and_what_came_without_a_test() -> None:
    shown = {
        "service": "checkout",
        "component": "src/payments",
        "part": 9,
        "of": 16,
        "days": 28,
        "untested": 8,
        "known": 9,
    }
    assert sentence(Claim("test_component", shown)) == (
        "Cover src/payments in checkout with regression tests; 9 of 16 failures in the last 4 weeks came through it, "
        "and 8 of the 9 changes behind them brought no test."
    )


def test_a_window_is_told_in_whole_weeks_where_it_has_them() -> None:
    assert [last(days) for days in (28, 7, 20, 1, 91)] == [
        "the last 4 weeks",
        "the last week",
        "the last 20 days",
        "the last 1 day",
        "the last 13 weeks",
    ]


MODULES = (
    *("about_failures", "about_flow", "about_recovery", "about_trends"),
    *("alternatives", "alternatives_mix", "alternatives_reporting"),
    *("movers", "notes", "watch", "steps_data", "steps_flow", "steps_stability"),
)
EMITTERS = {"claim", "_where", "_timed", "_shares", "_stage_place", "_rise"}


def constants() -> tuple[set[str], set[str]]:
    """What is given as the first argument of a claim, and every text of the modules; f-strings as patterns."""
    emitted: set[str] = set()
    texts: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse((READING / f"{module}.py").read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in EMITTERS
                and node.args
            ):
                emitted |= {
                    each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant) and each.value
                }
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else ".+" for part in node.values)
                texts.add("".join(str(part) for part in parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(re.escape(node.value))
    return emitted, texts


def test_every_claim_that_is_made_has_a_sentence() -> None:
    emitted, _ = constants()
    whole = {key for key in emitted if key not in {"moved_", "waited_", "_service"} and "_" in key}
    assert len(whole) > 60
    assert whole <= SENTENCES.keys()


def test_every_sentence_is_said_by_some_claim() -> None:
    _, texts = constants()
    known = re.compile("|".join(f"(?:{text})" for text in sorted(texts) if re.sub(r"[.+\\]", "", text).strip("_")))
    assert {key for key in SENTENCES if not known.fullmatch(key)} == set()
