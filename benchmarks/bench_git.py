"""Reading a git history: 50,000 commits and 1,000 tags, against `git log` alone in the same run."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from integrations.git import read_history

COMMITS, TAGS = 50_000, 1_000
START = 1_600_000_000


def stream(commits: int, tags: int) -> bytes:
    """A history of topic branches of three commits merged by pull requests, a tag every so many commits."""
    lines: list[str] = []
    main = 0
    for mark in range(1, commits + 1):
        step = mark % 4
        merge = step == 0 and mark > 4
        message = f"Merge pull request #{mark} from topic" if merge else f"Change {mark}"
        when = START + mark * 900
        parent = main if step == 1 else mark - 1
        lines += [
            f"commit refs/heads/{'main' if merge or mark <= 4 else 'topic'}",
            f"mark :{mark}",
            f"author A <a@example.org> {when - 300} +0000",
            f"committer A <a@example.org> {when} +0000",
            f"data {len(message)}",
            message,
        ]
        if mark > 1:
            lines.append(f"from :{main if merge else parent or mark - 1}")
        if merge:
            lines.append(f"merge :{mark - 1}")
        lines += [f"M 644 inline src/part{mark % 40}/file{mark % 400}.py", f"data {len(str(mark))}", str(mark), ""]
        if merge or mark <= 4:
            main = mark
        if mark % (commits // tags) == 0:
            lines += [f"reset refs/tags/v{mark // 1000}.{mark % 1000}.0", f"from :{main}", ""]
    return "\n".join(lines).encode()


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "HOME": folder}
        git = ["git", "-C", folder]
        subprocess.run([*git, "init", "-q", "-b", "main"], check=True, env=environment)
        subprocess.run([*git, "fast-import", "--quiet"], input=stream(COMMITS, TAGS), check=True, env=environment)
        started = time.perf_counter()
        subprocess.run([*git, "log", "--all", "--name-only"], check=True, env=environment, stdout=subprocess.DEVNULL)
        bare = time.perf_counter() - started
        started = time.perf_counter()
        history = read_history(Path(folder))
        ours = time.perf_counter() - started
    sys.stdout.write(
        f"{history.commits} commits, {len(history.deployments)} releases, "
        f"{len(history.changes)} changes: {ours:.2f} s, "
        f"{ours / bare:.1f} times `git log` alone\n"
    )


if __name__ == "__main__":
    main()
