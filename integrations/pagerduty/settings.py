"""What one writes about PagerDuty under `sources:`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from integrations.http import Site
from integrations.settings import Address, Day, Opening, Secret, ServiceMapping, SourceShape, Text, mapping_of

if TYPE_CHECKING:
    from integrations.pagerduty.source import PagerDuty


class PagerDutySettings(SourceShape):
    """One PagerDuty account."""

    kind: Literal["pagerduty"]
    url: Address = Field(
        default="https://api.pagerduty.com", description="of an account in Europe: https://api.eu.pagerduty.com"
    )
    token: Secret = Field(description="a REST API key that may only read")
    services: list[Text] = Field(
        default_factory=lambda: ["*"], min_length=1, description="globs over the names of PagerDuty's services"
    )
    teams: list[Text] = Field(
        default_factory=list[str], description="globs over the names of PagerDuty's teams; any incident unless given"
    )
    urgencies: list[Literal["high", "low"]] = Field(
        default_factory=lambda: ["high", "low"], min_length=1, description="the urgencies that count"
    )
    service: Annotated[ServiceMapping, mapping_of(["service"])] = Field(
        default="{service}", description="the service of a PagerDuty service, or rules with match"
    )
    covers_from: Day | None = Field(
        default=None, description="since when incidents are recorded there; where the back-fill begins unless given"
    )

    def opened(self, opening: Opening) -> PagerDuty:
        from integrations.pagerduty.source import PagerDuty  # noqa: PLC0415  only a source that is used loads its client

        token = opening.secret(self.token)
        site = Site(
            self.name or self.kind,
            self.url,
            credential=self.token,
            secrets=(token,),
            headers={
                "Authorization": f"Token token={token}",
                "Accept": "application/vnd.pagerduty+json;version=2",
            },
            patience=opening.patience,
        )
        return PagerDuty(site, self)
