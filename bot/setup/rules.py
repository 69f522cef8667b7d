"""Which rule for "a deployment" to propose, by what each would have counted; pure.

A rule speaks for itself by its names: production and rolling out speak for it, other environments and checks against
it. What a system itself records as a deployment goes before a release, and a release before any other run. How often
something happened decides between equals alone, because continuous integration runs most often of all.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import yaml

from bot.source import RuleFound
from bot.words.visible import cut, visible

_SHOWN = 5  # deployments, of those that a rule found
_NAMED = 5  # names, of a list that may be long
_LONGEST = 60  # characters of one
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_PRODUCTION = frozenset({"prod", "production", "live"})
_ROLLS_OUT = re.compile(r"deploy|releas|rollout|publish|promot|deliver|ship$")
_CHECKS = re.compile(r"lint|build|nightly|(checks?|ci|pr|docs)$")
_ELSEWHERE = re.compile(r"stag|test|preview|review|sandbox|develop|(dev|qa|uat|demo)$")
_ORIGINS: Mapping[str, int] = {"deployments": 3, "release": 1, "releases": 1}
_DEPLOYMENTS = "deployments"
_WORTH = 2  # of a word that speaks for a rule
_RULED_OUT = 10  # more than all that can speak for it


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to say what a deployment is, and what it found, place by place."""

    source: str
    setting: Mapping[str, object]
    """What to add to the source's entry."""
    found: tuple[RuleFound, ...]

    @property
    def count(self) -> int:
        return sum(found.count for found in self.found)

    @property
    def last(self) -> tuple[str, ...]:
        """The last ones where most were found."""
        most = max(self.found, key=lambda found: found.count)
        return tuple(visible(line) for line in most.last[:_SHOWN])

    @property
    def places(self) -> frozenset[str]:
        return frozenset(found.where for found in self.found)

    @property
    def told(self) -> str:
        """How much it found, and where most of it."""
        by_count = sorted(self.found, key=lambda found: -found.count)
        many = len(by_count) > 1
        where = named([f"{found.count:,} in {found.where}" if many else f"in {found.where}" for found in by_count])
        return f"{self.count:,} by {self.written} ({where})"

    @property
    def written(self) -> str:
        """As it stands in the file, on one line."""
        return in_line(self.setting).removeprefix("{").removesuffix("}")


def rules(source: str, found: Iterable[RuleFound], keys: Container[str]) -> tuple[Rule, ...]:
    """Rules of the same setting are one; those that found nothing are left out. The best one comes first.

    `keys` are those of the source's entry; what is none of them stands under its `deployments:`.
    """
    counted = sorted((each for each in found if each.count), key=_key)
    grouped = (tuple(group) for _, group in groupby(counted, key=_key))
    return ranked(Rule(source, _entry(group[0].setting, keys), group) for group in grouped)


def ranked(all_rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(all_rules, key=lambda rule: (-worth(rule), -rule.count)))


def proposed(all_rules: Sequence[Rule]) -> Rule | None:
    """The best one, together with its equals where they can stand in one list; None where no name speaks for any."""
    best = next(iter(ranked(all_rules)), None)
    if best is None or worth(best) <= 0:
        return None
    for other in all_rules:
        if other is not best and other.source == best.source and worth(other) == worth(best):
            joined = _joined(best.setting, other.setting)
            best = Rule(best.source, joined, (*best.found, *other.found)) if joined is not None else best
    return best


def worth(rule: Rule) -> int:
    """How much speaks for it; nothing does where it is not above zero."""
    words = {word.lower() for text in _values(rule.setting) for word in _WORD.findall(text)}
    speaks_for = bool(words & _PRODUCTION) + any(map(_ROLLS_OUT.match, words))
    against = any(map(_CHECKS.match, words)) + _RULED_OUT * any(map(_ELSEWHERE.match, words))
    return max(_ORIGINS.get(origin, 0) for origin in _origins(rule.setting)) + _WORTH * speaks_for - against


def named(names: Sequence[str]) -> str:
    """The first names, and how many there are besides."""
    shown = ", ".join(cut(visible(name), _LONGEST) for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED:,} more"


def in_line(value: object) -> str:
    """YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return visible(text.removesuffix("\n").removesuffix("\n..."))


def _key(found: RuleFound) -> str:
    return in_line(dict(found.setting))


def _entry(setting: Mapping[str, object], keys: Container[str]) -> Mapping[str, object]:
    return dict(setting) if all(key in keys for key in setting) else {_DEPLOYMENTS: dict(setting)}


def _origins(setting: Mapping[str, object]) -> Iterator[str]:
    """What the items are, by `from` where a kind has that, else by the key."""
    for key, value in setting.items():
        kind = cast("Mapping[str, object]", value).get("from") if isinstance(value, Mapping) else None
        yield str(kind) if kind else key.replace(_DEPLOYMENTS, "")


def _values(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner_key, inner in cast("Mapping[str, object]", value).items():
            yield from _values(inner, inner_key)
    elif isinstance(value, list | tuple):
        for inner in cast("Sequence[object]", value):
            yield from _values(inner, key)
    elif key != "from":
        yield str(value)


def _joined(one: object, other: object) -> Mapping[str, object] | None:
    """Both in one setting, where they differ in their lists alone."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping) or one.keys() != other.keys():
        return None
    mine, others = cast("Mapping[str, object]", one), cast("Mapping[str, object]", other)
    joined: dict[str, object] = {}
    for key, value in mine.items():
        theirs = others[key]
        if isinstance(value, list) and isinstance(theirs, list):
            joined[key] = list(dict.fromkeys([*cast("list[object]", value), *cast("list[object]", theirs)]))
        elif isinstance(value, Mapping):
            if (inner := _joined(cast("object", value), theirs)) is None:
                return None
            joined[key] = inner
        elif value == theirs:
            joined[key] = value
        else:
            return None
    return joined
