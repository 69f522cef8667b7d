"""Whoever a source's server names, the database names nobody: not in events, and not in what could not be read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.store.schema import open_database
from integrations.items import Reading
from tests.contract.faults.every_source import CASES, System
from tests.contract.faults.odd_items import unreadable

NAMED_BY = {"login", "username", "displayName", "emailAddress", "accountId", "userName", "userId", "author_email"}
PEOPLE = {"author", "user", "assignee", "agent", "creator", "committer", "closed_by", "approved_by"}
WITHOUT_PEOPLE = {"jenkins", "prometheus"}
"""Sources that ask for nothing that names one."""


@pytest.mark.parametrize("odd", [False, True], ids=["events", "set-aside"])
@pytest.mark.parametrize("kind", CASES)
def test_nobody_that_the_server_names_is_stored(
    kind: str,
    httpserver: HTTPServer,
    tmp_path: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    odd: bool,
) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "quintet.db")
    system, told = System(kind, httpserver), []
    answers = system.answers

    def overheard(request: Request) -> Response:
        response = answers(request)
        told.append(response.get_data(as_text=True))
        return response

    system.answers = overheard
    if odd:
        monkeypatch.setattr(Reading, "read", unreadable)
    with closing(open_database(f"sqlite:///{path}")) as database:
        system.synced(database)
    people = {name for body in told for name in named(json.loads(body)) if len(name) > 1}
    assert bool(people) != (kind in WITHOUT_PEOPLE)
    stored = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert not [name for name in people if name.encode() in stored]


def named(value: Any, within: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from named(each, within)
    elif isinstance(value, dict):
        for field, each in value.items():
            if isinstance(each, str) and (field in NAMED_BY or (within in PEOPLE and field in {"name", "summary"})):
                yield each
            yield from named(each, field)
