"""Jenkins: builds of named jobs as deployments or pipeline runs, stages as rollouts, input steps as gate waits."""

from integrations.jenkins.settings import JenkinsSettings

__all__ = ["JenkinsSettings"]
