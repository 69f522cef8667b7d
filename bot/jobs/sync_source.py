"""One source during one sync: opened, its streams found, each read a slice further in every round."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.cursor import horizon
from bot.errors import CredentialError, SourceError
from bot.jobs.sync_plan import Plan
from bot.jobs.sync_stream import StreamPull, answered
from bot.source import Source, Stream
from bot.store.staging import staging
from bot.store.streams import add_stream, note_failure, rename_source, save_stream, stream_states
from bot.stream_state import StreamState

_SAME_FAILURES = 3  # streams that fail one after the other with one sentence: then the whole source does
_SHOWN_EVERY = timedelta(seconds=0.2)


class SourcePull:
    """Never in two threads at once."""

    def __init__(self, name: str, opener: Callable[[], Source], plan: Plan) -> None:
        self.name = name
        self.streams: list[StreamPull] = []
        self.failure: str | None = None
        self.cause: BaseException | None = None
        """The bug behind a failure, for --debug."""
        self.is_late = False
        """Past its deadline."""
        self._opener, self._plan = opener, plan
        self._source: Source | None = None
        self._begun_at: datetime | None = None
        self._shown_at: datetime | None = None
        self._rounds = 0

    @property
    def requests(self) -> int:
        return self._source.requests if self._source else 0

    @property
    def is_listed(self) -> bool:
        """Its streams are known as they are now."""
        return self._source is not None

    @property
    def is_finished(self) -> bool:
        return self.failure is not None or not self._may_go_on() or (self.is_listed and not self._unread())

    @property
    def is_complete(self) -> bool:
        """All that was to be read is read."""
        return (
            self.is_listed
            and self.failure is None
            and all(pull.failure is None and pull.is_whole for pull in self.streams)
        )

    def round(self) -> None:
        """Every stream one slice further back; in the first round from what is new."""
        self._rounds += 1
        with staging(self._plan.database) as connection:
            try:
                self._open(connection)
                self._read(connection, horizon(self._plan.until, self._rounds))
            except SourceError as problem:
                if self._plan.is_over() and not isinstance(problem, CredentialError):
                    return
                self.failure, self.cause = str(problem), problem.__cause__
                with self._plan.database.writing_on(connection):
                    note_failure(connection, self.name, self.failure)

    def _open(self, connection: Connection) -> None:
        if self._begun_at is not None:
            return
        self._begun_at = self._plan.now()
        source = answered(self.name, self._opener)
        listed = {stream.name: stream for stream in answered(self.name, source.streams)}
        with self._plan.database.writing_on(connection):
            states = self._states(connection, listed)
            self.streams = [StreamPull(stream, states[stream.name], self._plan) for stream in listed.values()]
        self._source = source

    def _states(self, connection: Connection, listed: Mapping[str, Stream]) -> dict[str, StreamState]:
        """Each stream's state as it was left, brought up to the settings, and stored."""
        stored = stream_states(connection)
        self._note_unlisted(connection, stored, listed)
        states: dict[str, StreamState] = {}
        for stream in listed.values():
            state = self._known(connection, stored, stream)
            since, rebuild = self._plan.since, self._plan.rebuild
            if state is None:
                states[stream.name] = StreamState.of(self.name, stream, since)
                add_stream(connection, states[stream.name])
                continue
            states[stream.name] = state.asked(stream, since, rebuild=rebuild)
            if states[stream.name] != state:
                save_stream(connection, states[stream.name], state)
        return states

    def _note_unlisted(self, connection: Connection, stored: Iterable[StreamState], listed: Container[str]) -> None:
        """What the source has no more need not be read, so that it may be as old as it likes."""
        for state in stored:
            if state.source == self.name and state.is_listed and state.stream not in listed:
                save_stream(connection, replace(state, is_listed=False), state)

    def _known(self, connection: Connection, stored: Iterable[StreamState], stream: Stream) -> StreamState | None:
        """Under this source's name, or under one that no source has any more: then the source was renamed."""
        same = [state for state in stored if state.stream == stream.name]
        if own := [state for state in same if state.source == self.name]:
            return own[0]
        orphaned = [
            state for state in same if state.source not in self._plan.names and state.event_source == stream.source
        ]
        if len(orphaned) != 1:
            return None
        rename_source(connection, orphaned[0], self.name)
        return replace(orphaned[0], source=self.name)

    def _read(self, connection: Connection, back_to: datetime) -> None:
        failures: list[str] = []
        for pull in self._unread():
            if not self._may_go_on():
                break
            failure = self._read_stream(connection, pull, back_to)
            failures = [*failures, failure] if failure else []
            if len(failures) >= _SAME_FAILURES and len(set(failures)) == 1:
                raise SourceError(failures[0])

    def _read_stream(self, connection: Connection, pull: StreamPull, back_to: datetime) -> str | None:
        """How it failed, if it did."""
        before = self.requests
        try:
            pull.read_to(connection, back_to, self._goes_on)
        except CredentialError:
            raise
        except SourceError as problem:
            if self._plan.is_over():  # who stops does not want to hear what it was waiting for
                return None
            self.cause = problem.__cause__ or self.cause
            pull.fail(connection, problem)
        finally:
            pull.requests += self.requests - before
        return pull.failure

    def _unread(self) -> list[StreamPull]:
        return [pull for pull in self.streams if pull.failure is None and not pull.is_whole]

    def _goes_on(self) -> bool:
        self._show()
        return self._may_go_on()

    def _may_go_on(self) -> bool:
        deadline = self._plan.deadline_seconds
        if deadline is not None and self._begun_at is not None:
            self.is_late = self.is_late or (self._plan.now() - self._begun_at).total_seconds() > deadline
        return not self.is_late and not self._plan.is_over()

    def _show(self) -> None:
        """Not at every page: a source may have a thousand streams."""
        now = self._plan.now()
        if self._shown_at is not None and now - self._shown_at < _SHOWN_EVERY:
            return
        self._shown_at = now
        cursors = [(pull.state.cursor, pull.state.since) for pull in self.streams]
        wanted = sum((self._plan.until - since).total_seconds() for _, since in cursors)
        done = sum(
            (cursor.newest - cursor.oldest).total_seconds() for cursor, _ in cursors if cursor.newest and cursor.oldest
        )
        oldest = [cursor.oldest for cursor, _ in cursors]
        self._plan.progress(self.name, done, wanted, max(filter(None, oldest), default=None) if all(oldest) else None)
