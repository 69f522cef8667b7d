"""What a change's paths and words say, alike from every code host."""

from __future__ import annotations

import pytest

from integrations.paths import components, is_test
from integrations.wording import issues_named, reverted_commit


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_card.py", "src/Tests/CardTest.cs", "src/test/java/Card.java", "web/__tests__/card.js", "e2e/pay.ts",
        "spec/models/card_spec.rb", "card_test.go", "card.test.ts", "card-spec.js", "src/CardTests.cs", "test_card.py",
    ],
)  # fmt: skip
def test_a_test_is_known_by_its_folder_or_its_name(path: str) -> None:
    assert is_test(path)


@pytest.mark.parametrize("path", ["src/card.py", "latest/card.py", "src/attestation.go", "contest.py", "testimony.md"])
def test_what_only_sounds_like_a_test_is_none(path: str) -> None:
    assert not is_test(path)


def test_components_are_the_first_two_folders() -> None:
    assert components(["services/pay/api/card.py", "services/pay/x.py", "docs/a.md", "README.md"]) == (
        "docs",
        "services/pay",
    )


@pytest.mark.parametrize(
    ("title", "branch", "text", "issues"),
    [
        ("OPS-12 charge once", "ada/OPS-13-card", "", ("OPS-12", "OPS-13")),
        ("Charge once", "card", "Fixes OPS-12.\nIt was like OPS-99.", ("OPS-12",)),
        ("Fix #7", "", "", ("shop/api#7",)),
        ("", "", "Closes #7, resolves a/web#8, implements a/b/pay#9", ("shop/api#7", "a/web#8", "a/b/pay#9")),
        ("", "", "Incident: [OPS-12](https://acme.atlassian.net/browse/OPS-12)", ("OPS-12",)),
        ("", "", "Related to https://acme.atlassian.net/browse/OPS-12", ("OPS-12",)),
        ("Fixes UTF-8 and CVE-2026-1", "", "fixes utf-8, fixes SHA-256", ()),
        ("See #7", "", "#8", ()),
    ],
)  # fmt: skip
def test_issues_are_those_that_are_named_or_answered(
    title: str, branch: str, text: str, issues: tuple[str, ...]
) -> None:
    assert issues_named("shop/api", title, branch, text) == issues


@pytest.mark.parametrize(
    ("text", "sha"),
    [
        ("This reverts commit 0123abc.", "0123abc"),
        ("This reverts merge commit 0123abcdef", "0123abcdef"),
        ("This reverts nothing", None),
    ],
)
def test_a_revert_names_its_commit(text: str, sha: str | None) -> None:
    assert reverted_commit(text) == sha
