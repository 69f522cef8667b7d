"""CDEvents, the vocabulary of the Continuous Delivery Foundation, in the envelopes of CloudEvents."""

from integrations.cdevents.envelope import CloudEvent, is_cloud_event, unwrapped
from integrations.cdevents.translation import Translation

__all__ = ["CloudEvent", "Translation", "is_cloud_event", "unwrapped"]
