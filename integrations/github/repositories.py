"""Which repositories the settings name: those written out, and those of an owner that a glob fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import SourceError
from integrations.github.globs import Globs
from integrations.github.graph import ask
from integrations.github.site import GitHubSite

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
    names: dict[str, str] = {}
    archived: set[str] = set()
    listed: dict[str, Sequence[Mapping[str, Any]]] = {}
    for glob in globs:
        owner = glob.split("/", 1)[0]
        if not set("*?[") & set(glob):
            names.setdefault(glob.casefold(), glob)
            continue
        all_of_owner = listed.setdefault(owner, list(_of_owner(site, owner))) if owner not in listed else listed[owner]
        fitting = [each for each in all_of_owner if Globs.of([glob]).fit(each["nameWithOwner"])]
        if not fitting:
            raise SourceError(
                f"{site.name}: no repository fits {glob}, of {len(all_of_owner)} that {site.credential} may see there."
            )
        for each in fitting:
            if each["isArchived"]:
                archived.add(each["nameWithOwner"])
            else:
                names.setdefault(each["nameWithOwner"].casefold(), each["nameWithOwner"])
    return Found(tuple(names.values()), len(archived))


def _of_owner(site: GitHubSite, owner: str) -> Iterator[Mapping[str, Any]]:
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
