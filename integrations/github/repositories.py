"""Which repositories the settings name: those written out, and those of an owner that a glob fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.errors import SourceError
from integrations.github.graph import Fields, ask
from integrations.github.site import GitHubSite
from integrations.globs import Globs

_QUERY = """
query($login: String!, $after: String) {
  repositoryOwner(login: $login) {
    repositories(first: 100, after: $after, ownerAffiliations: [OWNER], orderBy: {field: NAME, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { nameWithOwner isArchived }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The repositories that are read, and how many archived ones a glob leaves out."""

    names: Sequence[str]
    archived: int


def repositories(site: GitHubSite, globs: Iterable[str]) -> Found:
    """Names that are written out cost no request; an owner is listed once, a request for 100 repositories."""
    found: dict[str, str] = {}
    archived: set[str] = set()
    owners = _Owners(site)
    for glob in globs:
        if not set("*?[") & set(glob):
            found.setdefault(glob.casefold(), glob)
            continue
        for each in owners.fitting(glob):
            name = each["nameWithOwner"]
            if each["isArchived"]:
                archived.add(name)
            else:
                found.setdefault(name.casefold(), name)
    return Found(tuple(found.values()), len(archived))


@dataclass(slots=True)
class _Owners:
    """What each owner has, asked for once."""

    site: GitHubSite
    known: dict[str, Sequence[Fields]] = field(default_factory=dict[str, Sequence[Fields]])

    def fitting(self, glob: str) -> Sequence[Fields]:
        owner = glob.split("/", 1)[0]
        if owner not in self.known:
            self.known[owner] = tuple(_of_owner(self.site, owner))
        wanted = Globs.of([glob])
        fitting = [each for each in self.known[owner] if wanted.fit(each["nameWithOwner"])]
        if not fitting:
            raise SourceError(
                f"{self.site.name}: no repository fits {glob}, of {len(self.known[owner]):,} that "
                f"{self.site.credential} may see there."
            )
        return fitting


def _of_owner(site: GitHubSite, owner: str) -> Iterator[Fields]:
    after: str | None = None
    while True:
        found = ask(site, _QUERY, login=owner, after=after).data.get("repositoryOwner")
        if found is None:
            raise SourceError(f"{site.name}: {owner} is not there, or {site.credential} may not see it.")
        page = found["repositories"]
        yield from (each for each in page["nodes"] if each)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]
