"""The questions come from the model of each kind; answered plainly, they make a good entry."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.setup.questions import Questions, entries_of, incidents_of, problems_of
from integrations.registry import SOURCES
from tests.unit.setup.forge import Planned

KINDS = sorted(str(kind) for settings in SOURCES for kind in settings.model_fields["kind"].annotation.__args__)  # type: ignore[union-attr]

# What somebody would answer, by the last part of the key; all else is taken as it is proposed.
ANSWERS: Mapping[str, str] = {
    "url": "https://example.com",
    "repositories": "acme/shop, acme/web",
    "projects": "gh/acme/shop",
    "jobs": "shop/deploy",
    "service": "checkout",
    "good": "sum(good)",
    "total": "sum(total)",
    "objective": "0.999",
}


class Plain(Planned):
    def yes(self, question: str) -> bool:
        self.asked.append(question)
        return True

    def text(self, question: str, default: str = "") -> str:
        self.asked.append(question)
        assert len(self.asked) < 40, self.warned
        key = question.split(" ", 1)[0].rpartition(".")[2]
        return ANSWERS.get(key, default)


@pytest.mark.parametrize("kind", KINDS)
def test_plain_answers_make_an_entry(kind: str) -> None:
    asker = Plain()
    entry = Questions(kind, asker, {}).entry({})
    assert len(asker.warned) <= 1  # where a kind needs this or that, it says so first
    assert list(problems_of(entry)) == []
    assert len(asker.asked) <= 10


@pytest.mark.parametrize("kind", [kind for kind in KINDS if incidents_of(kind)])
def test_incidents_are_asked_for_where_a_person_has_to_say_which_ones_they_are(kind: str) -> None:
    entry = Questions(kind, Plain(), {}).entry({})
    proposals = {"jql": "project = OPS", "labels": "incident"}
    with_incidents = Questions(kind, Plain(), {}).incidents(entry, proposals)
    assert list(problems_of(with_incidents)) == []
    assert with_incidents.keys() - entry.keys() == {"incidents"}


def test_a_secret_given_by_mistake_is_refused_and_not_shown_again() -> None:
    asker = Planned([None, "ghp_hunter2", "acme/shop", "env:MINE"])
    entry = Questions("github", asker, {}).entry({})
    assert asker.warned == ["token must say where the secret is, as env:NAME or file:PATH, never the secret itself."]
    assert "hunter2" not in str(asker.asked)
    assert entry["token"] == "env:MINE"


def test_a_variable_that_is_set_is_proposed() -> None:
    asker = Planned(["https://x.example", "-", None, None, *["checkout", "0.999", "good", "total"]])
    entry = Questions("prometheus", asker, {"PROMETHEUS_USER": "x", "PROMETHEUS_PASSWORD": "y"}).entry({})
    assert (entry["user"], entry["password"]) == ("env:PROMETHEUS_USER", "env:PROMETHEUS_PASSWORD")
    assert entry["objectives"] == [{"service": "checkout", "objective": 0.999, "good": "good", "total": "total"}]


def test_of_what_was_wrong_only_that_is_asked_again() -> None:
    asker = Planned(["https://jenkins.example", "-", None, None, None])
    entry = Questions("jenkins", asker, {}).entry({"jobs": ["shop/*"]})
    assert asker.warned == ["needs user and token together."]
    assert [question.split(" ")[0] for question in asker.asked[3:]] == ["user", "token"]
    assert entry["user"] == "env:JENKINS_USER"


def test_an_entry_on_one_line_needs_no_braces() -> None:
    plain, braced = entries_of(["kind: webhook, token: env:A, name: a", "{kind: webhook, token: env:A}"])
    assert plain == {"kind": "webhook", "token": "env:A", "name": "a"}
    assert braced == {"kind": "webhook", "token": "env:A"}
