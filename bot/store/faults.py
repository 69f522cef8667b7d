"""What a database driver complains of, said for the person who has to act."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import StoreError

# Part of the driver's message, and what it means; the first match counts.
_MEANINGS = (
    ("database is locked", "{name} is locked by another program. Nothing was changed; try again in a minute."),
    ("lock timeout", "{name} is locked by another program. Nothing was changed; try again in a minute."),
    ("readonly database", "{name} is read-only. Allow writing to the file and its folder, or use another database."),
    ("read-only transaction", "{name} is read-only. Use a PostgreSQL user that may write."),
    ("unable to open database", "{name} can't be opened. See that its folder exists and may be written to."),
    ("not a database", "{name} is not a SQLite database. Set QUINTET_DATABASE_URL to another file."),
    ("malformed", "{name} is damaged. Restore it from a copy made by `quintet db backup`."),
    ("disk is full", "{name} can't grow: the disk is full. Nothing was changed; free some space and try again."),
    ("disk i/o error", "{name} can't be read or written: the disk is full or failing. Nothing was changed."),
    ("no space left", "{name} can't grow: the disk is full. Nothing was changed; free some space and try again."),
    ("password authentication failed", "{name} refuses the user or password. Check QUINTET_DATABASE_URL."),
    (
        "already exists",
        "{name} holds another program's tables. Set QUINTET_DATABASE_URL to a database of Quintet's own.",
    ),
    ("does not exist", "{name} lacks what was asked for. Check QUINTET_DATABASE_URL, then run `quintet db upgrade`."),
    ("permission denied", "{name} does not let this user in. Grant it access, or use another user."),
    ("failed to resolve", "{name} can't be reached. Check the server's name in QUINTET_DATABASE_URL."),
    ("connect", "{name} can't be reached. See that the server runs, and check QUINTET_DATABASE_URL."),
)


def database_name(url: URL) -> str:
    """The database as a message may name it: never with a user or a password."""
    if url.get_backend_name() == "sqlite":
        return f"The database {url.database}"
    named, host = _last(url.database), _last(url.host) or "the local socket"
    return f"The PostgreSQL database {named} at {host}".replace("  ", " ")


def _last(part: str | None) -> str:
    """What stands behind the last @: before it is part of a password that holds an @ or a / of its own."""
    return (part or "").rpartition("@")[2]


def store_error(problem: DBAPIError | PoolTimeoutError, url: URL) -> StoreError:
    """The driver's complaint as one clear sentence."""
    name = database_name(url)
    if isinstance(problem, PoolTimeoutError):
        return StoreError(f"{name} is busy: every connection is in use. Try again in a minute.")
    complaint = str(problem.orig).lower()
    for part, meaning in _MEANINGS:
        if part in complaint:
            return StoreError(meaning.format(name=name))
    return StoreError(f"{name} failed unexpectedly ({type(problem).__name__}). Run again with --debug to see where.")
