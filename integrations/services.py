"""Which service an item belongs to: by a template, or by rules that look at its name and at the paths it touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from integrations.items import PassedOverError

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """One line of the mapping; the first whose `match` fits an item speaks for it, or all of them where paths decide.

    `match` is a glob over the item's own name, `paths` are globs over the files that a change touched, and
    `deployments` is a glob over the environment, workflow or release that rolls this service out.
    """

    service: str
    match: str = "*"
    paths: tuple[str, ...] = ()
    deployments: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """The mapping of one source. `known` are the fields that its templates may hold."""

    rules: tuple[ServiceRule, ...]

    @classmethod
    def by(cls, template: str) -> Services:
        """Every item by one template."""
        return cls((ServiceRule(template),))

    def of_change(self, name: str, fields: Mapping[str, str], paths: Iterable[str]) -> tuple[str, ...]:
        """The services that a change touched, in the order of the rules.

        Rules with paths speak where a file of the change lies within them. A rule without paths speaks for what no
        other one does.
        """
        touched = tuple(paths)
        rules = self._matching(name)
        found = [rule for rule in rules if rule.paths and any(_within(path, rule.paths) for path in touched)]
        return _named(found or [rule for rule in rules if not rule.paths][:1], fields)

    def of_deployment(self, name: str, fields: Mapping[str, str], what: str) -> tuple[str, ...]:
        """The services that a rollout brings: those whose `deployments` match `what`, else those that name none.

        Where paths divide a repository and nothing says which part a rollout brings, it brings all parts.
        """
        rules = self._matching(name)
        chosen = [rule for rule in rules if rule.deployments is not None and fnmatchcase(what, rule.deployments)]
        open_to_all = [rule for rule in rules if rule.deployments is None]
        divided = [rule for rule in open_to_all if rule.paths]
        return _named(chosen or divided or open_to_all[:1], fields)

    def of(self, name: str, fields: Mapping[str, str]) -> tuple[str, ...]:
        """The services of an item that is about all of what has this name: a build, an incident."""
        rules = self._matching(name)
        return _named([rule for rule in rules if rule.paths] or rules[:1], fields)

    def every(self, name: str, fields: Mapping[str, str]) -> tuple[str, ...]:
        """All services that any item of this name may belong to."""
        rules = self._matching(name)
        others = [rule for rule in rules if not rule.paths and rule.deployments is None][:1]
        return _named([rule for rule in rules if rule.paths or rule.deployments is not None or rule in others], fields)

    @property
    def reads_paths(self) -> bool:
        """Whether the paths of a change decide whose it is."""
        return any(rule.paths for rule in self.rules)

    @property
    def globs(self) -> tuple[str, ...]:
        """What it may name where a field can be any text."""
        return tuple(_FIELD.sub("*", rule.service) for rule in self.rules)

    def _matching(self, name: str) -> list[ServiceRule]:
        return [rule for rule in self.rules if fnmatchcase(name, rule.match)]


def some(services: tuple[str, ...]) -> tuple[str, ...]:
    """PassedOverError where there are none."""
    if not services:
        raise PassedOverError("no rule of `service` names a service for it")
    return services


def id_of_part(own: str, service: str, services: Sequence[str]) -> str:
    """Where an item is several services', each has an event of its own."""
    return own if len(services) == 1 else f"{own}/{service}"


def unknown_fields(template: str, known: Sequence[str]) -> tuple[str, ...]:
    """The fields of a template that its source does not have."""
    return tuple(word for word in _FIELD.findall(template) if word not in known)


def _named(rules: Iterable[ServiceRule], fields: Mapping[str, str]) -> tuple[str, ...]:
    names = (_FIELD.sub(lambda field: fields.get(field[1], ""), rule.service).strip() for rule in rules)
    return tuple(dict.fromkeys(name for name in names if name))


def _within(path: str, globs: Iterable[str]) -> bool:
    """A glob's `*` crosses folders, and a folder alone stands for all that is in it."""
    return any(fnmatchcase(path, glob) or path.startswith(glob.rstrip("/") + "/") for glob in globs)
