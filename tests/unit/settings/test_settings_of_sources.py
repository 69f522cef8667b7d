"""What may stand under `sources:`, and the one sentence that each mistake gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import load_settings
from bot.settings.source_shape import kinds

PROMETHEUS = """\
  - kind: prometheus
    url: http://prometheus.example.com:9090
    objectives:
      - {service: checkout, objective: 0.999, good: sum(good), total: sum(total)}
"""


GITHUB_AND_JIRA = """\
sources:
  - kind: github                        # jira, gitlab, jenkins, circleci, pagerduty, prometheus, webhook
    name: acme-github                   # default: the kind; must be unique
    url: https://api.github.com         # any server of the kind
    token: env:GITHUB_TOKEN             # always a reference: env:NAME or file:PATH, never the secret itself
    repositories: ["acme/*"]            # projects, jobs, services: the kind's own word
    service: "{repository}"             # or {component}, {job}, …; or a list of {match, paths, service}
    deployments: {from: deployments}    # deployments | workflow | release | jobs …
    incidents: {labels: [incident]}
  - kind: jira
    url: https://acme.atlassian.net
    user: env:JIRA_USER
    token: env:JIRA_TOKEN
    incidents:
      jql: project = OPS AND issuetype = Incident
      service: components               # the field that names the service
      team: team-x                      # for records that name none
      covers_from: 2026-03-01           # since when incidents are recorded there
      fields: {started_at: customfield_10100}
      statuses: {acknowledged: [In Progress], mitigated: [Mitigated], resolved: [Done]}
"""

GITHUB = """\
  - kind: github
    token: env:GITHUB_TOKEN
    repositories: [acme/shop]
"""


APP = "app: {id: 1.5, installation: 1, private_key: file:key.pem}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quintet.yaml"


def problems(file: Path, text: str) -> list[str]:
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        load_settings(file, {})
    return [line.removeprefix(f"{file}, ") for line in raised.value.lines]


def test_a_source_becomes_the_settings_of_its_kind(file: Path) -> None:
    file.write_text(f"sources:\n{PROMETHEUS}")
    (source,) = load_settings(file, {}).sources
    assert isinstance(source, kinds()["prometheus"])
    assert (source.name, source.kind) == (None, "prometheus")


def test_several_sources_of_several_kinds_stand_in_one_file(file: Path) -> None:
    file.write_text(GITHUB_AND_JIRA)
    github, jira = (source.model_dump(mode="json", exclude_unset=True) for source in load_settings(file, {}).sources)
    assert (github["name"], github["repositories"], github["token"]) == ("acme-github", ["acme/*"], "env:GITHUB_TOKEN")
    assert jira["incidents"]["covers_from"] == "2026-03-01"
    assert jira["incidents"]["statuses"]["resolved"] == ["Done"]


def test_a_service_may_be_a_template_or_a_list_of_rules(file: Path) -> None:
    rules = '[{match: acme/shop, paths: ["web/**"], service: web, deployments: "web-*"}, {service: "{repository}"}]'
    file.write_text(f"sources:\n{GITHUB}    service: {rules}\n")
    (source,) = load_settings(file, {}).sources
    first, second = source.model_dump()["service"]
    assert first == {"match": "acme/shop", "paths": ["web/**"], "service": "web", "deployments": "web-*"}
    assert (second["match"], second["paths"], second["deployments"]) == ("*", [], None)


MISTAKES = [
    (
        f"sources:\n{GITHUB}    service: '{{repo}}'\n",
        "line 5: sources[0].service holds {repo}, which is no field here; known is {repository} and {owner}.",
    ),
    (f"sources:\n{GITHUB}    service: ''\n", "line 5: sources[0].service must not be empty."),
    (f"sources:\n{GITHUB}    service: 7\n", "line 5: sources[0].service must be text or a list."),
    (f"sources:\n{GITHUB}    service: {{match: a}}\n", "line 5: sources[0].service must be text or a list."),
    (
        f"sources:\n{GITHUB}    service:\n      - {{match: a, servce: b}}\n      - service: c\n",
        "line 6: sources[0].service[0].servce is unknown; did you mean service?",
    ),
    (f"sources:\n{GITHUB}    service: [web]\n", "line 5: sources[0].service[0] must hold keys with values."),
    (
        f"sources:\n{GITHUB}    service: [{{service: 7}}]\n",
        "line 5: sources[0].service[0].service must be text; put it in quotes.",
    ),
    (
        f"sources:\n{GITHUB}    deployments: {{from: jobs}}\n",
        "line 5: sources[0].deployments.from must be 'deployments', 'workflow' or 'release'.",
    ),
    (
        f"sources:\n{GITHUB}    deployments: {{form: release}}\n",
        "line 5: sources[0].deployments.form is unknown; did you mean from?",
    ),
    (
        f"sources:\n{GITHUB}    deployments: {{from: workflow}}\n",
        "line 5: sources[0].deployments needs workflow: the file of the workflow that deploys, such as deploy.yml.",
    ),
    (
        f"sources:\n{GITHUB.replace('token: env:GITHUB_TOKEN', APP)}",
        "line 3: sources[0].app.id must be a whole number or text.",
    ),
    ("sources: {}", "line 1: sources must be a list."),
    ("sources: [github]", "line 1: sources[0] must hold keys with values."),
    ("sources: [{name: x}]", "line 1: sources[0].kind is missing."),
    ("sources: [{kind: 7}]", "line 1: sources[0].kind must be text; put it in quotes."),
    ("sources: [{kind: git hub}]", f"line 1: sources[0].kind must be one of {', '.join(sorted(kinds()))}."),
    (f"sources:\n{PROMETHEUS}    tennant: x\n", "line 6: sources[0].tennant is unknown; did you mean tenant?"),
    (
        f"sources:\n{PROMETHEUS}      - {{service: x, objektive: 0.9, objective: 0.9, good: a, total: b}}\n",
        "line 6: sources[0].objectives[1].objektive is unknown; did you mean objective?",
    ),
    (
        f"sources:\n{PROMETHEUS}      - {{service: x, objective: 2, good: a, total: b}}\n",
        "line 6: sources[0].objectives[1].objective must be less than 1.0.",
    ),
    (f"sources:\n{PROMETHEUS}      - x\n", "line 6: sources[0].objectives[1] must hold keys with values."),
    (
        f"sources:\n{PROMETHEUS}{PROMETHEUS}",
        "line 6: sources[1] is prometheus, as line 2 is already; names are unique.",
    ),
    (
        f"sources:\n{PROMETHEUS}{PROMETHEUS}    name: Prometheus\n",
        "line 6: sources[1] is Prometheus, as line 2 is already; names are unique.",
    ),
    (
        f"sources:\n{PROMETHEUS}    user: env:NAME\n",
        "line 2: sources[0] needs user and password together.",
    ),
    (
        f"sources:\n{PROMETHEUS.replace('http://', 'https://me:hunter2@')}",
        "line 3: sources[0].url must be a web address such as https://example.com, without user, password or query.",
    ),
]


@pytest.mark.parametrize(("text", "says"), MISTAKES, ids=[says[:70] for _, says in MISTAKES])
def test_a_mistake_in_a_source_gets_one_sentence(file: Path, text: str, says: str) -> None:
    assert problems(file, text) == [says]


@pytest.mark.parametrize(
    "url", ["http://host:99999", "http://host:port", "'http://[::1'", "http://*", "http://.", '"http://ho\\est"']
)
def test_an_address_that_leads_nowhere_is_refused_before_it_is_asked(file: Path, url: str) -> None:
    told = problems(file, f"sources:\n{PROMETHEUS.replace('http://prometheus.example.com:9090', url)}")
    assert told == [
        "line 3: sources[0].url must be a web address such as https://example.com, without user, password or query."
    ]


@pytest.mark.parametrize("url", ["http://[::1]:9090/prom", "https://bücher.example", "https://PROM.example.com./x/"])
def test_an_address_in_any_spelling_is_taken(file: Path, url: str) -> None:
    file.write_text(f"sources:\n{PROMETHEUS.replace('http://prometheus.example.com:9090', url)}")
    (source,) = load_settings(file, {}).sources
    assert isinstance(source, kinds()["prometheus"])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('name: "a\\eb"', "sources[0].name must not hold control characters."),
        ('name: "a\\nb"', "sources[0].name must be one line without control characters."),
        ('tenant: "a\\0b"', "sources[0].tenant must not hold control characters."),
    ],
)
def test_text_that_no_database_and_no_terminal_should_get_is_refused(file: Path, line: str, says: str) -> None:
    assert problems(file, f"sources:\n{PROMETHEUS}    {line}\n") == [f"line 6: {says}"]


@pytest.mark.parametrize("key", ["token", "api_token", "client_secret", "password"])
@pytest.mark.parametrize("value", ["hunter2-secret", "'env:hunter2 secret'", "123456", "'file:'"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(file: Path, key: str, value: str) -> None:
    (told,) = [line for line in problems(file, f"sources:\n{PROMETHEUS}    {key}: {value}\n") if key in line]
    assert told == (
        f"line 6: sources[0].{key} must say where the secret is, as env:NAME or file:PATH, never the secret itself."
    )


def test_a_secret_deep_in_a_source_of_no_kind_is_refused_too(file: Path) -> None:
    told = problems(file, "sources:\n  - kind: other\n    senders:\n      - {secret: hunter2}\n")
    assert [line.split(" ")[2] for line in told] == ["sources[0].kind", "sources[0].senders[0].secret"]
    assert "hunter2" not in "".join(told)


def test_problems_of_teams_and_sources_are_told_together(file: Path) -> None:
    told = problems(file, f"teams: [{{key: x}}]\nsources:\n{PROMETHEUS}    tennant: x\nsauces: []\n")
    assert [line.split(":")[0] for line in told] == ["line 1", "line 7", "line 8"]
