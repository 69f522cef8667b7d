"""What can go wrong, each said for the reader who has to act. A class's docstring is its default message."""

from __future__ import annotations

from collections.abc import Sequence


class QuintetError(Exception):
    """Something went wrong that this version cannot explain better; run again with --debug to see where."""

    unsaid: int = 0  # problems of the same kind that are only counted

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def lines(self) -> Sequence[str]:
        """One sentence a problem, ready to print."""
        return (str(self),)


class SettingsError(QuintetError):
    """The settings can't be used; see the line that is named."""


class UnknownTeamError(QuintetError):
    """No such team; `/dora help` lists those there are."""


class EventError(QuintetError):
    """An event can't be read; see the line and field that are named."""

    def __init__(self, *problems: str, unsaid: int = 0) -> None:
        """The first problems, each a sentence, and how many there are besides."""
        super().__init__(problems[0] if problems else None)
        self._problems = problems
        self.unsaid = unsaid

    @property
    def lines(self) -> Sequence[str]:
        return self._problems or (str(self),)


class StoreError(QuintetError):
    """The database can't be used right now; nothing is lost, try again in a minute."""


class NoDatabaseError(StoreError):
    """There is no database yet; `quintet sync` or `quintet import FILE` makes it."""


class UnwellError(QuintetError):
    """Something that is set up does not work; see what has to be mended."""

    def __init__(self, *problems: str) -> None:
        """One line a problem."""
        super().__init__(problems[0] if problems else None)
        self._problems = problems

    @property
    def lines(self) -> Sequence[str]:
        return self._problems or (str(self),)


class HistoryError(QuintetError):
    """The git history can't be read."""


class SourceError(QuintetError):
    """A source can't be read; the others go on."""


class CredentialError(SourceError):
    """A source does not accept its credential; set another one."""


class DeliveryError(QuintetError):
    """Slack did not take the answer."""


class DecisionError(QuintetError):
    """What was decided can't be done; nothing was changed."""


class ServeError(QuintetError):
    """The bot can't start; see what is missing or taken."""
