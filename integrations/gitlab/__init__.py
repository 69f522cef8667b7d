"""GitLab: changes, deployments, pipeline runs and incidents of projects, on gitlab.com or a server of one's own."""

from integrations.gitlab.settings import GitLabSettings

__all__ = ["GitLabSettings"]
