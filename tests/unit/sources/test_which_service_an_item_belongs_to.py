"""Templates, globs and paths: from a repository, a job or a file to the service that a team owns."""

from __future__ import annotations

import pytest

from integrations.services import ServiceRule, Services, unknown_fields

FIELDS = {"repository": "checkout", "owner": "acme"}
MONOREPO = Services((
    ServiceRule("pay", match="acme/mono", paths=("services/pay", "libs/money/*")),
    ServiceRule("web", match="acme/mono", paths=("services/web/*",), deployments="web-*"),
    ServiceRule("platform", match="acme/mono"),
    ServiceRule("{repository}"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("template", "service"),
    [("{repository}", "checkout"), ("{owner}-{repository}", "acme-checkout"), ("shop", "shop")],
)
def test_a_template_names_the_service(template: str, service: str) -> None:
    assert Services.by(template).of("acme/checkout", FIELDS) == (service,)


def test_a_template_whose_field_is_empty_names_none() -> None:
    assert Services.by("{component}").of("OPS-1", {"component": ""}) == ()


@pytest.mark.parametrize(
    ("paths", "services"),
    [
        (["services/pay/api.py"], ("pay",)),
        (["libs/money/round.py", "services/web/a/b.ts"], ("pay", "web")),
        (["services/payments/api.py"], ("platform",)),
        (["README.md"], ("platform",)),
        ([], ("platform",)),
    ],
)
def test_the_paths_of_a_change_decide_its_services(paths: list[str], services: tuple[str, ...]) -> None:
    assert MONOREPO.of_change("acme/mono", {"repository": "mono"}, paths) == services


def test_another_repository_is_not_divided_by_the_paths_of_the_first() -> None:
    assert MONOREPO.of_change("acme/checkout", FIELDS, ["services/pay/api.py"]) == ("checkout",)


@pytest.mark.parametrize(("what", "services"), [("web-production", ("web",)), ("production", ("pay",))])
def test_a_rollout_brings_the_parts_that_it_names_else_all_that_name_none(what: str, services: tuple[str, ...]) -> None:
    assert MONOREPO.of_deployment("acme/mono", {"repository": "mono"}, what) == services


def test_a_rollout_of_an_undivided_repository_brings_its_one_service() -> None:
    assert MONOREPO.of_deployment("acme/checkout", FIELDS, "production") == ("checkout",)


def test_a_build_of_a_divided_repository_is_of_all_parts() -> None:
    assert MONOREPO.of("acme/mono", {"repository": "mono"}) == ("pay", "web")


def test_every_service_is_known_that_an_item_may_belong_to() -> None:
    """Of the rules that neither paths nor rollouts choose, only the first one ever speaks."""
    assert MONOREPO.every("acme/mono", {"repository": "mono"}) == ("pay", "web", "platform")
    assert MONOREPO.every("acme/checkout", FIELDS) == ("checkout",)


def test_a_service_that_a_field_names_is_a_glob_to_those_who_ask_before_there_is_an_item() -> None:
    assert MONOREPO.globs == ("pay", "web", "platform", "*")


def test_an_item_that_no_rule_matches_has_no_service() -> None:
    assert Services((ServiceRule("pay", match="acme/pay"),)).of("acme/checkout", FIELDS) == ()


def test_a_field_that_the_source_does_not_have_is_found() -> None:
    assert unknown_fields("{repo}-{owner}", ("owner", "repository")) == ("repo",)
