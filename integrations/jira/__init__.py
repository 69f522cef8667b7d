"""Jira, Cloud and Data Center: incidents from issues, and deployments from released versions."""

from integrations.jira.settings import JiraSettings

__all__ = ["JiraSettings"]
