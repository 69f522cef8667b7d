"""The text of a first file says what was meant, whatever the names are."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings.document import parsed
from bot.setup.first_file import FirstSource, first_file
from bot.setup.look import Look
from bot.setup.rules import named, rules
from bot.source import RuleFound
from tests.unit.setup.forge import NOW

# Everything that the settings file's own reader takes from a file, awkward names first.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
AWKWARD = ['it\'s "x"', "a: b", "# a", "a #b", "- a", "{a}", "*", "&a", "!a", "%a", "@a", "yes", "null", "1e3", "12:30"]


@given(name=TEXT, channel=TEXT, jql=TEXT, where=TEXT, problem=TEXT)
@example(name="東京", channel="#team-x", jql="project = \"OPS\" AND x = 'y' # no", where="a\nb: c", problem="x\n- y: z")
@example(name="\x85\u2028\ufeff", channel="🚀", jql="\\", where="\u202e", problem="'")
@example(name="\x85", channel="\u2028", jql="\x85", where="\x85", problem="\x85")
@example(name="a\nb", channel="\n", jql="a\n\n b\t", where="\n", problem="\n")
def test_the_file_holds_what_was_meant(name: str, channel: str, jql: str, where: str, problem: str) -> None:
    team = {"key": "team-x", "timezone": "UTC", "channel": channel, "services": [name, *AWKWARD]}
    found = RuleFound(where=where, setting={"from": "deployments", "environments": [name]}, count=1, last=(where,))
    (rule,) = rules("forge", [found], {"deployments"})
    entry: dict[str, Any] = {"kind": "forge", "name": name, "repositories": AWKWARD, "incidents": {"jql": jql}}
    look = Look(visible=(where, problem), rules=(rule,), incidents="3", problems=(problem,))
    text = first_file(team, [FirstSource(entry=entry, look=look, taken=rule)] * 2, NOW.date())
    expected = {"teams": [team], "sources": [entry | rule.setting] * 2}
    assert parsed(text, "quintet.yaml").data == expected


def test_names_are_shortened_to_the_first_ones() -> None:
    assert named(["a", "b"]) == "a, b"
    assert named([str(number) for number in range(1_205)]) == "0, 1, 2, 3, 4 and 1,200 more"
    assert named(["x" * 90]) == f"{'x' * 59}…"
