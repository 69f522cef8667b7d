"""A Jenkins as its JSON API answers: a job that tests, one that deploys, and a branch of a pipeline that does both."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug import Request, Response

SETTINGS: Mapping[str, object] = {
    "kind": "jenkins",
    "user": "env:JENKINS_USER",
    "token": "env:JENKINS_TOKEN",
    "jobs": ["shop/checkout", "shop/basket"],
    "deployments": {"from": "jobs", "jobs": ["shop/deploy-*"]},
}
ENVIRON: Mapping[str, str] = {"JENKINS_USER": "reader", "JENKINS_TOKEN": "jenkins-token"}

ALL_BUILDS = re.compile(r"allBuilds\[.*\]\{(\d+),(\d+)\}")
WEEKS = timedelta(weeks=100)
APART = timedelta(hours=6)  # two builds, where there are few
FEW = 10
PIPELINE_RUN = "org.jenkinsci.plugins.workflow.job.WorkflowRun"


def server(items: int, now: datetime) -> Callable[[Request], Response]:
    """The job shop/checkout has `items` builds; the other two have ten at most."""
    few = min(items, FEW)
    return jenkins(
        {
            "shop/checkout": builds(items, now, "hudson.model.FreeStyleBuild", min(APART, WEEKS / items)),
            "shop/basket/main": builds(few, now, PIPELINE_RUN),
            "shop/deploy-checkout": builds(few, now, PIPELINE_RUN),
        },
        stages=[stage(3, "Approve", 1_000, stood=True), stage(8, "Deploy", 30_000)],
    )


def jenkins(
    jobs: Mapping[str, Sequence[Any]], stages: Sequence[Mapping[str, Any]] = ()
) -> Callable[[Request], Response]:
    """The builds of each job, newest first; every pipeline has the same stages. `jobs` may change as it is read."""
    allowed = "Basic " + base64.b64encode(":".join(ENVIRON.values()).encode()).decode()

    def answer(request: Request) -> Response:
        if request.headers.get("Authorization") != allowed:
            return Response("<html>Invalid password/token</html>", 401, content_type="text/html")
        if request.path == "/api/json":
            return answered({"_class": "hudson.model.Hudson", "jobs": folder(jobs, "")})
        path, _, rest = request.path.removeprefix("/").partition("/api/json")
        name = "/".join(path.split("/")[1::2])
        if name in jobs and not rest and (asked := ALL_BUILDS.fullmatch(request.args.get("tree", ""))):
            return answered({"allBuilds": jobs[name][int(asked[1]) : int(asked[2])]})
        if path.endswith("/wfapi/describe"):
            return described(path, stages)
        return Response("<html>Not Found</html>", 404, content_type="text/html")

    return answer


def described(path: str, stages: Sequence[Mapping[str, Any]]) -> Response:
    """A run with its stages, or one stage with its steps."""
    if "/execution/node/" not in path:
        return answered({"id": path.split("/")[-3], "status": "SUCCESS", "stages": stages})
    at = path.split("/")[-3]
    asked = next(each for each in stages if each["id"] == at)
    step = {**asked, "id": f"{at}0", "name": "Wait for interactive input", "parameterDescription": "Deploy?"}
    return answered({**asked, "stageFlowNodes": [step]})


def folder(jobs: Mapping[str, Sequence[Any]], within: str) -> list[dict[str, Any]]:
    """What a folder holds, as the server nests it."""
    names = dict.fromkeys(job.removeprefix(within).split("/")[0] for job in jobs if job.startswith(within))
    return [entry(jobs, within, name) for name in names]


def entry(jobs: Mapping[str, Sequence[Any]], within: str, name: str) -> dict[str, Any]:
    if f"{within}{name}" in jobs:
        runs = jobs[f"{within}{name}"]
        is_pipeline = any(each.get("_class") == PIPELINE_RUN for each in runs)
        kind = "org.jenkinsci.plugins.workflow.job.WorkflowJob" if is_pipeline else "hudson.model.FreeStyleProject"
        return {"_class": kind, "name": name}
    held = folder(jobs, f"{within}{name}/")
    branches = "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject"
    kind = branches if name == "basket" else "com.cloudbees.hudson.plugins.folder.Folder"
    return {"_class": kind, "name": name, "jobs": held}


def builds(items: int, now: datetime, kind: str, apart: timedelta = timedelta(days=2)) -> list[dict[str, Any]]:
    """The newest first; it began an hour ago."""
    return [build(items - place, now - timedelta(hours=1) - apart * place, kind) for place in range(items)]


def build(number: int, at: datetime, kind: str = PIPELINE_RUN, **changes: Any) -> dict[str, Any]:
    """One build as the API has it, with the empty actions that it is full of."""
    cause = {"_class": "jenkins.branch.BranchEventCause"}
    revision = {"SHA1": f"{number:040x}", "branch": [{"name": "main"}]}
    return {
        "_class": kind,
        "actions": [
            {"_class": "hudson.model.CauseAction", "causes": [cause]},
            {},
            {
                "_class": "hudson.plugins.git.util.BuildData",
                "lastBuiltRevision": revision,
                "remoteUrls": ["https://git.example.com/acme/shop.git"],
            },
            {"_class": "jenkins.metrics.impl.TimeInQueueAction", "queuingDurationMillis": 5_000},
            {"_class": "hudson.tasks.junit.TestResultAction", "totalCount": 250},
            {"_class": "org.jenkinsci.plugins.displayurlapi.actions.RunDisplayAction"},
        ],
        "building": False,
        "duration": 90_000,
        "number": number,
        "result": "FAILURE" if number % 7 == 0 else "SUCCESS",
        "timestamp": round(at.timestamp() * 1000),
        "url": f"https://ci.example.com/job/some/{number}/",
    } | changes


def stage(at: int, name: str, took: int, *, stood: bool = False, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(at),
        "name": name,
        "execNode": "",
        "status": "SUCCESS",
        "startTimeMillis": 1_700_000_000_000 + at * 1000,
        "durationMillis": took,
        "pauseDurationMillis": took if stood else 0,
    } | changes


def answered(data: object) -> Response:
    return Response(json.dumps(data), content_type="application/json")
