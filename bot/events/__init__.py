"""The vocabulary: what every source yields and every metric reads. The models are the only definition."""

from typing import Annotated

from pydantic import Field

from bot.events.change import Change
from bot.events.definition import Definition
from bot.events.deployment import Deployment, GateWait
from bot.events.event import BaseEvent
from bot.events.incident import Incident
from bot.events.pipeline_run import PipelineRun
from bot.events.slo import SloWindow

Event = Annotated[Deployment | Change | PipelineRun | Incident | SloWindow | Definition, Field(discriminator="kind")]

__all__ = [
    "BaseEvent",
    "Change",
    "Definition",
    "Deployment",
    "Event",
    "GateWait",
    "Incident",
    "PipelineRun",
    "SloWindow",
]
