"""Running git: read-only, without network, pager, hooks or anything else that a repository could have executed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bot.errors import HistoryError

_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.quotePath=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.mailmap=false"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "protocol.allow=never"),
)
# A repository's own settings could allow a protocol again, and with it name a program; they can't here.
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


class GitFailure(Exception):  # noqa: N818  what git said on stderr, for the caller to put into words
    """Git ended with an error."""


def run(repository: Path, *arguments: str) -> bytes:
    """What git prints.

    Raises:
        GitFailure: with git's own first line, when it ends with an error.
        HistoryError: when there is no git to run.
    """
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  a fixed program, and no shell
            ["git", "-C", str(repository), *_OPTIONS, *arguments],  # noqa: S607  git stands where PATH says
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment | _ENVIRONMENT,
        )
    except FileNotFoundError as error:
        raise HistoryError("There is no git on this machine; install it and try again.") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitFailure(lines[0] if lines else f"git {arguments[0]} ended with {done.returncode}")
    return done.stdout


def line(repository: Path, *arguments: str) -> str:
    """The one line that git prints."""
    return run(repository, *arguments).decode(errors="replace").strip()
