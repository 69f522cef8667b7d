"""From the way to a secret, env:NAME or file:PATH, to the secret itself, which no log shows from then on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import CredentialError
from bot.words.visible import visible

LARGEST_SECRET = 64 * 1024  # bytes; the longest private keys take some 12 KB


@dataclass(frozen=True, slots=True)
class Secrets:
    """All that no log may show, also what is told while it is being written."""

    environ: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    folder: Path = Path()
    """Where `file:` begins: the folder of the settings file."""
    told: dict[str, None] = field(default_factory=dict[str, None], repr=False)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self.told))  # a copy, because another thread may be telling one

    def reveal(self, source: str, reference: str) -> str:
        """The secret; CredentialError says which variable or file of which source has none."""
        way, _, where = reference.partition(":")
        secret = self._variable(source, where) if way == "env" else self._file(source, where)
        self.told[secret] = None
        return secret

    def _variable(self, source: str, name: str) -> str:
        if not (secret := _without_newline(self.environ.get(name, ""))).strip():
            raise CredentialError(f"{source}: the environment variable {name} is not set; it holds the credential.")
        return secret

    def _file(self, source: str, where: str) -> str:
        path = self.folder / where
        told = f"{source}: the credential's file {visible(str(path))}"
        try:
            with open(path, "rb", opener=_at_once) as file:
                content = file.read(LARGEST_SECRET + 1) or b""
        except (OSError, ValueError) as error:  # ValueError: a path with a null character
            why = error.strerror if isinstance(error, OSError) else "it is no path"
            raise CredentialError(f"{told} can't be read: {why or type(error).__name__}.") from None
        if len(content) > LARGEST_SECRET:
            raise CredentialError(f"{told} is larger than {LARGEST_SECRET // 1024} KB, too large for a secret.")
        try:
            secret = _without_newline(content.decode("utf-8-sig"))  # some editors begin a file with a mark
        except UnicodeDecodeError:
            raise CredentialError(f"{told} is not UTF-8 text.") from None
        if not secret.strip():
            raise CredentialError(f"{told} is empty.")
        return secret


def _at_once(path: str, flags: int) -> int:
    """A pipe that nobody writes to is empty, instead of keeping the bot waiting."""
    return os.open(path, flags | os.O_NONBLOCK)


def _without_newline(text: str) -> str:
    """Editors and `echo` end a file with one; more of them would be part of the secret."""
    return text.removesuffix("\n").removesuffix("\r")
