"""Who may ask: organizations, users, their API keys, and the projects they work on."""

from __future__ import annotations

from failsight.model.noun import Noun


class Principal(Noun):
    """The bearer of a valid key; everything it sees belongs to its organization."""

    organization_id: str
    organization_name: str
    user_id: str
    key_id: str


class User(Noun):
    """A person of an organization."""

    id: str
    email: str
    name: str = ""
    created_at: str


class ApiKey(Noun):
    """A key as it may be shown; the secret itself is shown once, when it is made, and only its hash is kept."""

    id: str
    name: str
    public_prefix: str
    created_at: str
    revoked_at: str | None = None

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None


class NewKey(Noun):
    """A key just made, with its secret."""

    key: ApiKey
    secret: str


class ProjectInfo(Noun):
    """A project; made on first use of its name."""

    id: str = ""
    name: str = ""
    key: str | None = None
    model_name: str | None = None
    created_at: str | None = None


class UsageInfo(Noun):
    """What an organization used in the current calendar month (UTC). Nothing is limited on a server of one's own: the
    limits are a ceiling for clients that compare numbers, and ``unlimited`` says so."""

    evaluations_used: int = 0
    evaluations_limit: int = 0
    evaluations_remaining: int = 0
    tier: str = "self-hosted"
    reset_date: str = ""
    total_api_usage: int = 0
    api_quota_limit: int = 0
    api_quota_remaining: int = 0
    plan: str = "self-hosted"
    unlimited: bool = True
    services: dict[str, int] = {}
    token_usage: int = 0
    token_quota_limit: int = 0
