from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import HistoryError
from integrations.git import read_history


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(HistoryError) as caught:
        read_history(path, **options)
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "There is nothing at" in refusal(tmp_path / "nowhere")


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is a file" in refusal(tmp_path / "file")


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    assert "is not a git repository" in refusal(tmp_path)


def test_an_empty_repository(new_repository: Callable) -> None:
    assert "has no commits yet" in refusal(new_repository().path)


def test_no_tags_names_the_branch_to_use_instead(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).write()
    assert "--deploy-ref main" in refusal(repository.path)


def test_tags_that_are_no_versions_are_named(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("first-light", "a").write()
    assert "first-light" in refusal(repository.path)


def test_a_pattern_that_matches_nothing(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v1.0", "a").write()
    said = refusal(repository.path, tags="deploy-*")
    assert "'deploy-*'" in said
    assert "v1.0" in said


def test_a_branch_that_does_not_exist(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).write()
    said = refusal(repository.path, deploy_ref="production")
    assert "'production'" in said
    assert "main" in said


def test_a_reference_that_looks_like_an_option_is_only_a_name(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).write()
    assert "no branch, tag or commit called" in refusal(repository.path, deploy_ref="--output=evil")
    assert not (repository.path / "evil").exists()


def test_a_shallow_clone(new_repository: Callable, tmp_path: Path) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 1, "a").tag("v1.0", "b").write()
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(tmp_path / "shallow"))
    assert "git fetch --unshallow" in refusal(tmp_path / "shallow")


def test_a_broken_repository(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v1.0", "a").write()
    for pack in (repository.path / ".git" / "objects" / "pack").iterdir():
        pack.unlink()
    for loose in (repository.path / ".git" / "objects").glob("??/*"):
        loose.unlink()
    assert str(repository.path) in refusal(repository.path)


def test_no_git_at_all(new_repository: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = new_repository()
    monkeypatch.setenv("PATH", str(repository.path))
    assert "no git on this machine" in refusal(repository.path)


def test_a_bare_repository_is_read_like_any_other(new_repository: Callable, tmp_path: Path) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v1.0", "a").write()
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(tmp_path / "mirror.git"))
    assert read_history(tmp_path / "mirror.git").service == "mirror"


def test_a_folder_inside_a_repository_is_enough(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v1.0", "a").write()
    (repository.path / "docs").mkdir()
    assert read_history(repository.path / "docs").service == "shop"


def test_a_detached_head_is_read(new_repository: Callable) -> None:
    repository = new_repository()
    sha = repository.commit("a", 0).tag("v1.0", "a").write()["a"]
    repository.git("update-ref", "--no-deref", "HEAD", sha)
    assert len(read_history(repository.path).deployments) == 1


def test_a_release_with_a_broken_clock_is_left_out_and_named(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 5_000_000, "a").tag("v1.0", "a").tag("v1.1", "b").write()
    history = read_history(repository.path)
    assert [one.id for one in history.deployments] == ["v1.0"]
    assert history.undated == ("v1.1",)


def test_settings_of_the_repository_that_git_refuses(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v1.0", "a").write()
    repository.git("config", "diff.wsErrorHighlight", "bogus")
    assert "git can't read" in refusal(repository.path)
