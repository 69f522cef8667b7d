"""GitHub: changes, deployments, pipeline runs and incidents of repositories, on github.com or a server of one's own."""

from integrations.github.settings import GitHubSettings

__all__ = ["GitHubSettings"]
