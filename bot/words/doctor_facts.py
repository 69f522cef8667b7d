"""Which decisive facts are missing, and the one line of YAML or the one habit that mends each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.metrics.decisive import SEEN_AT_ALL, Known, missing
from bot.words import figures


@dataclass(frozen=True, slots=True)
class _Words:
    """`mends` by the kind of the source that leaves it out; `habit` for any other one."""

    name: str
    noun: str
    habit: str
    mends: Mapping[str, str] = field(default_factory=dict[str, str])


_FIELD = (
    "Under the source: `incidents: {{fields: {{{}}}}}`, with the field's own id; where that is set, fill it in each "
    "incident."
)
_WORDS: Mapping[str, _Words] = {
    "commits": _Words(
        "Commit",
        "deployment",
        "Send the `sha` that went out with each deployment; without it changes are matched by time.",
        {"jira": "Name the commits in a code host's deployments instead; a version of Jira knows none."},
    ),
    "rollout_start": _Words(
        "Start of the rollout",
        "deployment",
        "Send `started_at` with each deployment.",
        {"github": "Set the deployment to `in_progress` when the rollout begins, not only to `success` at its end."},
    ),
    "gate_waits": _Words(
        "Wait at a gate",
        "deployment",
        "Nothing to do where no gate stands before production; else send `gate_waits`.",
        {
            "github": "Nothing to do without a gate; else require reviewers on the production environment.",
            "gitlab": "Nothing to do without a gate; else protect the production environment with approvals.",
            "jenkins": "Nothing to do without a gate; else let the job wait in an `input` step.",
            "circleci": "Nothing to do without a gate; else let the workflow wait in a job of `type: approval`.",
        },
    ),
    "rollbacks": _Words(
        "Rollback or fix",
        "deployment",
        "Roll back by deploying the earlier version again, through the same job: that is recognised by itself.",
    ),
    "first_commit": _Words(
        "First commit",
        "change",
        "Send `first_commit_at`, the time at which the earliest commit was authored.",
        {
            "github": "Keep the branch's commits in the pull request: a push straight to the branch has none.",
            "gitlab": "Keep the branch's commits in the merge request: a push straight to the branch has none.",
        },
    ),
    "opened": _Words(
        "Opening",
        "change",
        "Send `opened_at`; a change that was pushed straight to the branch never had one.",
        {
            "github": "Bring changes in by pull request; one that is pushed straight to the branch is never opened.",
            "gitlab": "Bring changes in by merge request; one that is pushed straight to the branch is never opened.",
        },
    ),
    "first_review": _Words(
        "First review",
        "change",
        "Send `first_review_at`, or `reviews: 0` where nobody reviewed it.",
        {"git": "Connect the code host: a git history holds no reviews."},
    ),
    "delivery": _Words(
        "Deployment",
        "delivered change",
        "Send `sha` or `commits` with each deployment; until then changes are matched by time.",
        {
            "github": "Nothing to do where a deployment brings all that was merged before it: the others are placed by "
            "time. Else deploy a commit of the branch that is merged to.",
            "jira": "Name the deployment's `sha` from the code host; a version of Jira holds no commits.",
        },
    ),
    "incident_start": _Words(
        "Start of the impact",
        "incident",
        "Send `started_at`, when users began to be affected; until then recovery is a lower bound.",
        {
            "jira": _FIELD.format("started_at: customfield_10100"),
            "github": "Open the issue as soon as users are affected; recovery counts from its opening.",
            "pagerduty": "Let alerts fire as soon as users are affected; recovery counts from the trigger.",
        },
    ),
    "detection": _Words(
        "Detection",
        "incident",
        "Send `detected_at`, when it was noticed.",
        {"jira": _FIELD.format("detected_at: customfield_10101")},
    ),
    "severity": _Words(
        "Severity",
        "incident",
        "Send `severity`.",
        {
            "jira": _FIELD.format("severity: customfield_10102"),
            "github": "Label each incident with its severity, such as sev2.",
        },
    ),
    "resolution": _Words(
        "End",
        "ended incident",
        "Send `mitigated_at` or `resolved_at`.",
        {"jira": "Under the source: `incidents: {statuses: {resolved: [Done]}}`, with the status that ends one."},
    ),
    "cause": _Words(
        "Cause",
        "incident",
        "Send `deployment` or `cause_sha`; until then it is looked for by time.",
        {
            "jira": _FIELD.format("cause_sha: customfield_10103"),
            "github": "Let the pull request that mends or reverts name the issue.",
        },
    ),
}


def says(known: Known) -> str:
    """The fact with its counts."""
    words = _WORDS[known.fact]
    events = figures.count(known.of, words.noun)
    if known.fact in SEEN_AT_ALL and not known.known:
        return f"{words.name}: none known among {events}."
    return f"{words.name}: known for {known.known:,} of {events}."


def do(known: Known) -> str | None:
    """What mends it, in the words of the source that leaves it out most often; None where nothing is missing."""
    if not missing(known):
        return None
    words = _WORDS[known.fact]
    kinds = (source.partition(":")[0] for source in known.sources)
    return next((words.mends[kind] for kind in kinds if kind in words.mends), words.habit)
