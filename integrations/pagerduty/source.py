"""A PagerDuty account: its incidents are one stream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.source import Coverage, Probe, RuleFound, Span, Stream
from integrations.http import Site
from integrations.pagerduty.answers import services_of
from integrations.pagerduty.incidents import Incidents
from integrations.services import Services
from integrations.settings import begun, services

if TYPE_CHECKING:
    from integrations.pagerduty.settings import PagerDutySettings

_THE_SERVICE = "{service}"
_SHOWN = 5  # globs of the settings that fit nothing, as one sentence names them


@dataclass(frozen=True, slots=True)
class PagerDuty:
    """One account with one API key."""

    site: Site
    settings: PagerDutySettings

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def requests(self) -> int:
        return self.site.requests

    def streams(self) -> Sequence[Stream]:
        settings, mapping = self.settings, services(self.settings.service)
        incidents = Incidents(
            site=self.site,
            source=f"pagerduty:{self.name}",
            services=mapping,
            names=tuple(settings.services),
            teams=tuple(settings.teams),
            urgencies=tuple(settings.urgencies),
        )
        stream = Stream(
            name="incidents",
            source=incidents.source,
            kinds=("incident",),
            covers=Coverage(services=_covered(mapping, settings.services)),
            rule=json.dumps(settings.model_dump(include={"services", "teams", "urgencies", "service"}), sort_keys=True),
            fetch=incidents.fetch,
            recheck=incidents.recheck,
            covers_from=begun(settings.covers_from),
        )
        return (stream,)

    def probe(self) -> Probe:
        """One request for a hundred services."""
        names = services_of(self.site)
        says = f"answers, and shows {len(names):,} {'service' if len(names) == 1 else 'services'}"
        idle = [glob for glob in self.settings.services if not any(fnmatchcase(name, glob) for name in names)]
        if idle:
            return Probe(f"{says}; none fits {', '.join(idle[:_SHOWN])}", names, is_complete=False)
        return Probe(says, names)

    def survey(self, span: Span) -> Sequence[RuleFound]:  # noqa: ARG002  it has no deployments
        return ()


def _covered(mapping: Services, names: Sequence[str]) -> tuple[str, ...]:
    """Globs over the services that incidents may be of."""
    found: list[str] = []
    for rule in mapping.rules:
        found += names if rule.service == _THE_SERVICE and rule.match == "*" else Services((rule,)).globs
    return tuple(dict.fromkeys(found))
