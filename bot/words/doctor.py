"""What `quintet doctor` says of settings, database, Slack and each source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from bot.words import figures
from bot.words.visible import cut, visible

UTC = ZoneInfo("UTC")
NAME = 80  # characters of a name from outside
REASON = 240
MOST_NAMED = 5

_GOES_ON = "; the next sync goes on from here."

NO_TEAMS = ("no team is set up", "Write one under teams: in quintet.yaml; `quintet init` makes a first one.")
NO_SOURCES = ("no source is set up; events come by `quintet import` alone", "`quintet init` asks for a first one.")
NO_DATABASE = ("there is none yet", "`quintet sync` or `quintet import FILE` makes it.")
NOTHING_STORED = "`quintet sync` reads the sources, `quintet import FILE` a file."
NO_BOT_TOKEN = (
    "SLACK_BOT_TOKEN is not set, so nothing is answered in Slack",
    "docs/install.md says where Slack shows it; `quintet report TEAM` needs none.",
)
NO_APP_TOKEN = (
    "SLACK_APP_TOKEN is not set, so Socket Mode can't connect",
    "Set it, or run `quintet serve --http`.",
)
NEVER_READ = ("not read yet", "`quintet sync` reads it.")
WHY_LATE = "See that `quintet serve`, or a timer with `quintet sync`, runs."
ASK_AGAIN = "Mend what it names, unless that is done, then run `quintet sync`."
SET_CREDENTIAL = "Set it where this command runs, as docs/install.md does in `.env`; then run `quintet doctor` again."
CORRECT = "Correct it in the settings or at the server, then run `quintet doctor` again."
SEE_WHERE = "`quintet --debug sync` shows where."
GOES_ON = "Each `quintet sync` goes on with it."
READ_AGAIN = "`quintet sync` reads the history again, and takes back what only the earlier settings yield."
KEPT_ASIDE = "`quintet sync --json` lists them; a field that moved is worth a report, and the rest is read meanwhile."
UNOWNED = "Name each under the services: of its team; until then it counts for none."
NO_OWNER = "Name its services under a team's services:, or the team in the source."
LEFT = "What they told still counts; `quintet sync --rebuild` takes it back."


def settings(file: str | None, teams: int, sources: int) -> str:
    """Which file was read, and what it holds."""
    where = visible(file) if file else "no quintet.yaml here, only the environment"
    return f"{where}: {figures.count(teams, 'team')}, {figures.count(sources, 'source')}"


def database(name: str, events: int, newest: float | None, size: int) -> str:
    """How much is stored, and how fresh it is."""
    latest = "" if newest is None else f", the newest of {figures.clock(newest, UTC)}"
    return f"{name}: {figures.count(events, 'event')}{latest}; {_size(size)}"


def _size(size: int) -> str:
    megabytes = size / 1024**2
    return f"{megabytes:,.1f} MB" if megabytes < 1024 else f"{megabytes / 1024:,.1f} GB"


def slack(workspace: str, scopes: Iterable[str]) -> str:
    """Whose token it is."""
    return f"the bot token opens {_name(workspace)}; scopes: {', '.join(sorted(scopes)) or 'none told'}"


def scopes_missing(names: Sequence[str]) -> tuple[str, str]:
    """What the token may not do, and how it may."""
    listed = " and ".join(names)
    return f"the bot token lacks the scope {listed}", "Add it under OAuth & Permissions, then install the app again."


def answered(says: str, requests: int) -> str:
    """A source's own sentence, and what it took to ask."""
    return f"{_cut(says)} ({figures.count(requests, 'request')})"


def failed(source: str, reason: str) -> str:
    """The sentence of a failure, as its source told it; whose it is, is said already."""
    return _cut(_now(reason.removeprefix(f"{source}: ")))


def _now(reason: str) -> str:
    """Without what only a sync has to add."""
    return f"{reason.removesuffix(_GOES_ON)}." if reason.endswith(_GOES_ON) else reason


def failed_at_sync(streams: Sequence[str], reason: str) -> str:
    """What the last sync met, and where."""
    return f"the last sync could not read {listed(streams)}: {_cut(_now(reason))}"


def broken(error: str) -> str:
    """A failure of ours."""
    return f"something is wrong in Quintet itself ({error}), not with what is set up"


def waits(path: str) -> str:
    """A sender that posts to the bot."""
    return f"its credential is set; events are taken at POST {path} while `quintet serve` runs"


def read(streams: int, synced: float) -> str:
    """How fresh a source is."""
    return f"{figures.count(streams, 'list')} read, last {figures.clock(synced, UTC)}"


def late(streams: Sequence[str], since: float | None) -> str:
    """Lists that were not read for days."""
    when = "never read" if since is None else f"not read since {figures.clock(since, UTC)}"
    return f"{listed(streams)}: {when}"


def loaded(reached: float, to: float, behind: int, streams: int) -> str:
    """How far history is loaded."""
    if not behind:
        return f"history is loaded to {_day(reached)}, which is all that was asked for"
    lists = f"{behind:,} of {figures.count(streams, 'list')}"
    return f"history is loaded to {_day(reached)} so far, on its way to {_day(to)}; {lists} are behind"


def kept_aside(count: int, reason: str, examples: Sequence[str]) -> str:
    """Items that could not be read for one reason."""
    return (
        f"{figures.count(count, 'item')} could not be read: {_cut(reason)} (such as {', '.join(map(_name, examples))})"
    )


def more_kept_aside(count: int, reasons: int) -> str:
    """Items that could not be read for reasons that are too many to be shown."""
    return f"{figures.count(count, 'more item')} could not be read, for {figures.count(reasons, 'other reason')}"


def unowned(services: Sequence[str]) -> str:
    """Services that a source speaks of and no team has."""
    return f"no team owns {listed(services)}"


def unowned_of(services: Sequence[str], sources: Sequence[str]) -> str:
    """The same of events that no source of the settings reads."""
    return f"no team owns {listed(services)}, which {listed(sources)} {'tells' if len(sources) == 1 else 'tell'} of"


def without_owner(streams: Sequence[str]) -> str:
    """Lists that feed no team."""
    return f"no team gets anything from {listed(streams)}"


def left(streams: Sequence[str]) -> str:
    """What nothing leads to any more."""
    return f"read once, and no longer in the settings or at the source: {listed(streams)}"


def changed(what: str, streams: Sequence[str]) -> str:
    """Lists that were read by other settings than there are now."""
    return f"{what} since {listed(streams)} {'was' if len(streams) == 1 else 'were'} read"


def listed(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    rest = len(names) - MOST_NAMED
    return ", ".join(map(_name, names[:MOST_NAMED])) + (f" and {rest:,} more" if rest > 0 else "")


def _day(at: float) -> str:
    return figures.clock(at, UTC).partition(",")[0]


def _name(text: str) -> str:
    return cut(visible(text), NAME)


def _cut(text: str) -> str:
    return cut(visible(text), REASON)
