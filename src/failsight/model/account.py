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
