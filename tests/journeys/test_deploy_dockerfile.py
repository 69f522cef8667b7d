"""deploy/Dockerfile, held to its word without Docker: what it copies exists and builds the whole package."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bot.settings.environment import Environment

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", FILE.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


STEPS = instructions()


def of(name: str) -> list[str]:
    return [rest for step, rest in STEPS if step == name]


def copied() -> list[str]:
    """What comes out of the repository."""
    given = (rest.split() for rest in of("COPY"))
    return [name for words in given if not words[0].startswith("--from") for name in words[:-1]]


def ignored(name: str) -> bool:
    """Whether the file beside the Dockerfile keeps it out; the last line that matches decides."""
    lines = (FILE.parent / "Dockerfile.dockerignore").read_text().splitlines()
    verdict = False
    for line in lines:
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and (fnmatchcase(name, pattern) or name.startswith(f"{pattern}/")):
            verdict = not line.startswith("!")
    return verdict


def test_everything_that_is_copied_exists_and_reaches_docker() -> None:
    assert copied()
    for name in copied():
        assert (ROOT / name).exists(), name
        assert not ignored(name), name


@pytest.mark.parametrize("name", [".env", "quintet.db", ".git/config", ".venv/bin/python", "tests/conftest.py"])
def test_what_is_private_does_not_reach_docker(name: str) -> None:
    assert ignored(name)


def test_requirements_are_installed_as_pinned_and_from_no_address_of_our_own() -> None:
    pips = [shlex.split(rest) for rest in of("RUN") if " install " in rest]
    assert [words[words.index("-r") + 1] for words in pips if "-r" in words] == ["requirements/runtime.txt"]
    assert all("--require-hashes" in words or "--no-deps" in words for words in pips)
    assert not re.search(r"https?://(?!127\.0\.0\.1)|--index-url|--extra-index", FILE.read_text())
    assert all(re.fullmatch(r"python:3\.\d+-slim( AS build)?", rest) for rest in of("FROM"))


def test_the_image_runs_as_a_user_of_its_own_that_owns_the_volume() -> None:
    names = [name for name, _ in STEPS]
    (user,), (volume,) = of("USER"), of("VOLUME")
    made = next(rest for rest in of("RUN") if rest.startswith("useradd"))
    assert user not in {"root", "0"}
    assert shlex.split(made)[-1] == user
    assert f"--home-dir {volume} " in made
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert of("WORKDIR")[-1] == volume


def test_the_image_sets_only_what_is_read_and_keeps_its_database_in_the_volume() -> None:
    (given,) = of("ENV")
    variables = dict(word.split("=", 1) for word in given.split())
    ours = {name: value for name, value in variables.items() if name.startswith("QUINTET_")}
    assert ours.keys() <= {field.alias for field in Environment.model_fields.values()}
    assert ours["QUINTET_DATABASE_URL"].startswith(f"sqlite:///{of('VOLUME')[0]}/")
    (entry,) = of("ENTRYPOINT")
    assert json.loads(entry) == ["quintet"]
    assert json.loads(of("CMD")[-1]) == ["serve"]
    assert f'-v "$PWD/quintet.yaml:{ours["QUINTET_CONFIG"]}:ro"' in (ROOT / "docs/install.md").read_text()


def test_what_is_copied_builds_the_whole_package(tmp_path: Path) -> None:
    source, built, installed = tmp_path / "source", tmp_path / "built", tmp_path / "installed"
    source.mkdir()
    for name in copied():
        _copy(ROOT / name, source / name)
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)], source)
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(installed)
    assert (installed / "bot/store/migrations/env.py").is_file()
    assert (installed / "bot/demo/static/index.html").is_file()
    (installed / "quintet.yaml").write_text("teams: [{key: team-x, services: [checkout]}]")
    answer = _run([sys.executable, "-m", "bot", "doctor", "--json"], installed)
    assert json.loads(answer)["teams"][0]["team"] == "team-x"


def _copy(there: Path, here: Path) -> None:
    here.parent.mkdir(parents=True, exist_ok=True)
    if there.is_dir():
        shutil.copytree(there, here, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(there, here)


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
