"""PagerDuty: incidents with what their log says about who took them on, when, and how often they changed hands."""

from integrations.pagerduty.settings import PagerDutySettings

__all__ = ["PagerDutySettings"]
