from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp()
HOUR = 3_600


class Repository:
    """A real repository, written through `git fast-import`. Times are hours after a Monday morning."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._marks: dict[str, int] = {}
        self._stream: list[bytes] = []
        self.git("init", "--quiet", "--initial-branch=main", str(path))

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.path), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, input=data, capture_output=True, check=True, env=environment
        )
        return done.stdout.decode().strip()

    def commit(
        self,
        name: str,
        hour: float,
        *parents: str,
        message: str | None = None,
        authored: float | None = None,
        author: str = "Ada",
        file: str | None = None,
        branch: str = "main",
    ) -> Repository:
        """A commit called `name` on top of the commits called `parents`."""
        self._marks[name] = len(self._marks) + 1
        text = (message or name).encode()
        start = authored if authored is not None else hour
        links = [f"from :{self._marks[parents[0]]}"] if parents else []
        links += [f"merge :{self._marks[parent]}" for parent in parents[1:]]
        lines = [
            f"commit refs/heads/{branch}",
            f"mark :{self._marks[name]}",
            f"author {author} <ada@example.org> {int(START + start * HOUR)} +0000",
            f"committer Ada <ada@example.org> {int(START + hour * HOUR)} +0000",
            f"data {len(text)}",
        ]
        changed = f"M 644 inline {file or f'src/{name}.py'}\ndata {len(name)}\n{name}\n"
        self._stream.append("\n".join(lines).encode() + b"\n" + text + b"\n" + "\n".join([*links, changed]).encode())
        return self

    def tag(self, name: str, at: str, hour: float | None = None, message: str = "") -> Repository:
        """A tag on the commit called `at`: annotated where it has an hour of its own."""
        mark = self._marks[at]
        if hour is None:
            self._stream.append(f"reset refs/tags/{name}\nfrom :{mark}\n\n".encode())
        else:
            tagger = f"tagger Ada <ada@example.org> {int(START + hour * HOUR)} +0000"
            data = message.encode()
            self._stream.append(f"tag {name}\nfrom :{mark}\n{tagger}\ndata {len(data)}\n".encode() + data + b"\n")
        return self

    def write(self) -> dict[str, str]:
        """Write it all; the sha of each named commit."""
        marks = self.path / "marks"
        self.git("fast-import", "--quiet", "--force", f"--export-marks={marks}", data=b"".join(self._stream))
        self._stream.clear()
        by_mark = dict(line.split() for line in marks.read_text().splitlines())
        marks.unlink()
        return {name: by_mark[f":{mark}"] for name, mark in self._marks.items() if f":{mark}" in by_mark}


@pytest.fixture
def new_repository(tmp_path: Path) -> Callable[[], Repository]:
    def make(name: str = "shop") -> Repository:
        path = tmp_path / name
        path.mkdir()
        return Repository(path)

    return make
