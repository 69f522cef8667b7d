"""Whoever answers: a person at a terminal, or nobody."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

import typer

from bot.errors import SettingsError
from bot.words.visible import visible


class Asker(Protocol):
    """Somebody who may answer, and is told what was found."""

    @property
    def is_there(self) -> bool: ...

    def text(self, question: str, default: str = "") -> str: ...

    def yes(self, question: str) -> bool: ...

    def say(self, sentence: str) -> None: ...

    def warn(self, sentence: str) -> None: ...


class Nobody:
    """What is proposed is taken."""

    is_there = False

    def text(self, question: str, default: str = "") -> str:  # noqa: ARG002  nobody reads it
        return default

    def yes(self, question: str) -> bool:  # noqa: ARG002  the same
        return False

    def say(self, sentence: str) -> None:
        typer.echo(visible(sentence))

    def warn(self, sentence: str) -> None:
        typer.echo(visible(sentence), err=True)


class Person(Nobody):
    """At a terminal."""

    is_there = True

    def text(self, question: str, default: str = "") -> str:
        with _answering():
            return str(typer.prompt(visible(question), default=default, show_default=bool(default))).strip()

    def yes(self, question: str) -> bool:
        with _answering():
            return typer.confirm(visible(question), default=True)


@contextmanager
def _answering() -> Generator[None]:
    """Whoever presses Ctrl-C or Ctrl-D is told what became of it."""
    try:
        yield
    except typer.Abort:
        raise SettingsError("The questions ended before the last answer; nothing is written.") from None
