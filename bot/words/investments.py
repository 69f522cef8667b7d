"""The investments in words: what to invest in next, and why this before anything else."""

from __future__ import annotations

from collections.abc import Mapping

from bot.reading.reading import Claim

TITLES: Mapping[str, str] = {
    "testing_infrastructure": "regression testing",
    "observability": "observability: seeing trouble sooner",
    "incident_response": "incident response",
    "deployment_architecture": "a deployment that can be mended quickly",
    "recovery_process": "the recovery process",
    "review_workflow": "the review workflow",
    "pipeline_speed": "pipeline speed",
    "deployment_process": "the deployment process",
    "change_size": "smaller changes",
    "batch_size": "smaller batches",
    "failure_records": "connect incidents, or mark rollbacks and hotfixes",
    "incident_timestamps": "record when incidents start, are noticed, taken, mended and over",
    "stage_data": "connect reviews and pipelines, so that lead time splits into stages",
    "change_data": "connect pull requests, so that lead time is known",
    "deployment_data": "check that deployments are connected",
    "objectives": "set an objective for reliability",
    "keep": "keep it so, in small batches and without targets",
    "hold": "hold deployment frequency where it is",
}
DATA = frozenset(
    {"failure_records", "incident_timestamps", "stage_data", "change_data", "deployment_data", "objectives"}
)
STEADY = frozenset({"keep", "hold"})

WHY: Mapping[str, str] = {
    "testing_infrastructure": "Testing before production is what lowers the number of failures that reach users.",
    "observability": "Trouble has to be seen before it can be mended.",
    "incident_response": "Recovery loses more than usual of its time after trouble is noticed.",
    "deployment_architecture": "Recovery loses more than usual of its time in bringing the fix to production.",
    "recovery_process": "Repair and the deployment of fixes grew most while reliability fell.",
    "review_workflow": "The wait between opening and merge holds the largest part of the lead time.",
    "pipeline_speed": "The pipeline holds the largest part of the lead time.",
    "deployment_process": "The wait on the way to production holds finished work back without making it safer.",
    "change_size": "Smaller changes are quicker to write, to review and to mend.",
    "batch_size": "Little is waiting, so smaller pieces of work would reach users sooner.",
    "failure_records": "Speed can be read only beside the failures that come with it.",
    "incident_timestamps": "Recovery can be improved only where its times are known.",
    "stage_data": "A long lead time does not say by itself where the time goes.",
    "change_data": "Without the start of changes nothing says how long users wait for them.",
    "deployment_data": "Everything else is read from deployments.",
    "objectives": "The four other figures don't say whether users get what they need.",
    "keep": "All five are healthy and none is getting worse.",
    # where a rule gives another reason for the same investment
    "X1.testing_infrastructure": "Failures are what the extra speed was paid with, and testing is what lowers them.",
    "X1.observability": "Recovery is what the extra speed was paid with, and trouble has to be seen to be mended.",
    "X1.incident_response": "Recovery is what the extra speed was paid with, and most of it passes after the alert.",
    "F0.deployment_data": "It has to be clear whether the team has stopped deploying, or the data stopped coming.",
    "U1.change_size": "Smaller changes are easier to verify, and make what a release does easier to see.",
    "S5.testing_infrastructure": "The odds of a failure are the part of reliability that testing moves.",
    "S5.observability": "The time to notice trouble grew most while reliability fell.",
    "T2.testing_infrastructure": "Failures are rising while they are still few: the cheapest time to extend tests.",
    "M2.observability": "Recovery is slowing while it is still quick: the cheapest time to see trouble sooner.",
    "X3.testing_infrastructure": "Failures that are cheap to mend are still failures; only prevention lowers them.",
    "X2.testing_infrastructure": "A check that runs as a test protects as well as a gate does, and makes nobody wait.",
    "L2.testing_infrastructure": "The gate stops much of what reaches it: tests before it would find the same sooner.",
    "F4.deployment_process": "Finished work goes out less often than it did, while failures and recovery hold.",
}


def title(key: str) -> str:
    """The capability, or what to connect, as a phrase that follows `lead`."""
    return TITLES[key]


def lead(key: str) -> str:
    """How the first investment is introduced: an investment, a piece of data to connect, or nothing new."""
    if key in STEADY:
        return "For now"
    return "Do next" if key in DATA else "Invest next in"


def why(claim: Claim) -> str:
    """Why this comes first; the claim's key is `rule.investment`."""
    return WHY.get(claim.key) or WHY[claim.key.partition(".")[2]]
