"""CDEvents in the shape of the specification's own examples, in each of the three envelopes."""

from __future__ import annotations

import json
from typing import Any

ARTIFACT = "pkg:oci/shop@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427"
HEADERS = {"one": "application/cloudevents+json", "list": "application/cloudevents-batch+json"}

SERVICE = {"environment": {"id": "production"}, "artifactId": ARTIFACT}
INCIDENT = {
    "description": "Response time above 100 ms",
    "environment": {"id": "production", "source": "/iaas/geo1"},
    "service": {"id": "service/shop", "source": "/cluster/namespace"},
    "artifactId": ARTIFACT,
}
CHANGE = {"repository": {"id": "acme/shop", "source": "https://git.example.com"}}
RUN = {"pipelineName": "acme/shop", "uri": "https://ci.example.com/runs/7", "outcome": "failure", "errors": "no"}
CONTENT = {"service": SERVICE, "incident": INCIDENT, "change": CHANGE, "pipelinerun": RUN}
SUBJECTS = {"service": "service/shop", "incident": "incident-123", "change": "42", "pipelinerun": "run-7"}


def cdevent(what: str, at: str = "09:00", version: str = "0.3.0", sha: str | None = None, **content: Any) -> Any:
    """Told at that time of one day; `content` changes fields of the subject's content, None takes one out."""
    subject = what.partition(".")[0]
    fields = {**CONTENT.get(subject, {}), **content}
    custom = {"customData": {"sha": sha}, "customDataContentType": "application/json"} if sha else {}
    return {
        "context": {
            "specversion": "0.5.0",
            "id": f"id-{what}-{at}",
            "chainId": "4c8cb7dd-3448-41de-8768-eec704e2829b",
            "source": "/delivery",
            "type": f"dev.cdevents.{what}.{version}",
            "timestamp": f"2026-11-02T{at}:00.123Z",
            "links": [{"linkType": "END", "from": {"contextId": "5328c37f"}}],
        },
        "subject": {
            "id": SUBJECTS.get(subject, "subject"),
            "source": "/delivery",
            "type": subject,
            "content": {name: value for name, value in fields.items() if value is not None},
        },
        **custom,
    }


def enveloped(told: Any) -> dict[str, Any]:
    context = told["context"]
    return {
        "specversion": "1.0",
        "id": context["id"],
        "source": context["source"],
        "type": context["type"],
        "subject": told["subject"]["id"],
        "time": context["timestamp"],
        "datacontenttype": "application/json",
        "data": told,
    }


def as_list(*told: Any) -> tuple[bytes, dict[str, str]]:
    """Body and headers of several at once."""
    return json.dumps([enveloped(each) for each in told]).encode(), {"content-type": HEADERS["list"]}


def as_headers(told: Any) -> tuple[bytes, dict[str, str]]:
    attributes = {f"ce-{name}": str(value) for name, value in enveloped(told).items() if name != "data"}
    return json.dumps(told).encode(), {"content-type": "application/json; charset=utf-8", **attributes}
