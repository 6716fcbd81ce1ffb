"""Keys and projects: make the first organization, issue and check keys, find or make projects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from failsight.errors import InvalidInput, NotFound
from failsight.model.account import ApiKey, NewKey, Principal, ProjectInfo, User
from failsight.service.ports import Accounts, Clock

KEY_PREFIX = "vq_"
DEFAULT_ORGANIZATION = "default"
DEFAULT_PROJECT = "default"
NAME_LIMIT = 200


class AccountService:
    """``new_id`` makes unique ids and ``new_secret`` unguessable texts of 43 characters."""

    def __init__(
        self, accounts: Accounts, clock: Clock, new_id: Callable[[], str], new_secret: Callable[[], str]
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._new_id = new_id
        self._new_secret = new_secret

    def bootstrap(self) -> NewKey | None:
        """On first start: an organization, its user, its project and a key. None when there already is one."""
        if self._accounts.organizations():
            return None
        return self.create_organization(DEFAULT_ORGANIZATION)

    def create_organization(self, name: str, email: str = "admin@localhost") -> NewKey:
        """A new organization with a user, a project and a key."""
        organization_id, user_id = self._new_id(), self._new_id()
        now = self._clock.now_iso()
        self._accounts.add_organization(organization_id, name, now)
        self._accounts.add_user(organization_id, User(id=user_id, email=email, created_at=now))
        self.project(organization_id, DEFAULT_PROJECT)
        return self._issue(organization_id, user_id, "first key")

    def create_key(self, organization: str, name: str) -> NewKey:
        """A key for the first user of the organization of that name."""
        organization_id = self.organization_id(organization)
        return self._issue(organization_id, self._accounts.users(organization_id)[0].id, name)

    def revoke_key(self, organization: str, key_id: str) -> None:
        """Raises NotFound when there is no such active key."""
        if not self._accounts.revoke_key(self.organization_id(organization), key_id, self._clock.now_iso()):
            raise NotFound(kind="active key", name=key_id)

    def add_user(self, organization: str, email: str) -> User:
        user = User(id=self._new_id(), email=email, created_at=self._clock.now_iso())
        self._accounts.add_user(self.organization_id(organization), user)
        return user

    def organization_id(self, name: str) -> str:
        found = self._accounts.organization(name)
        if found is None:
            raise NotFound(kind="organization", name=name)
        return found

    def principal(self, secret: str) -> Principal | None:
        """Who holds this key, or None."""
        return self._accounts.principal(hash_secret(secret))

    def project(
        self, organization_id: str, name: str, key: str | None = None, model_name: str | None = None
    ) -> ProjectInfo:
        """The project of that name, made when it is not there."""
        if not name.strip() or len(name) > NAME_LIMIT or not name.isprintable():
            raise InvalidInput(problem="A project name must have 1 to 200 printable characters", fix="Choose another.")
        candidate = ProjectInfo(
            id=self._new_id(), name=name, key=key, model_name=model_name, created_at=self._clock.now_iso()
        )
        return self._accounts.project(organization_id, name, candidate)

    def project_by_id(self, organization_id: str, project_id: str) -> ProjectInfo:
        """Raises NotFound, also for a project of another organization."""
        for project in self._accounts.projects(organization_id):
            if project.id == project_id:
                return project
        raise NotFound(kind="project", name=project_id)

    def project_name(self, organization_id: str, name: str | None, project_id: str | None) -> str | None:
        """The project's name, given as such or by its id; None when neither is given. Raises NotFound."""
        if name or not project_id:
            return name
        return self.project_by_id(organization_id, project_id).name

    def _issue(self, organization_id: str, user_id: str, name: str) -> NewKey:
        secret = KEY_PREFIX + self._new_secret()
        key = ApiKey(id=self._new_id(), name=name, public_prefix=secret[:8], created_at=self._clock.now_iso())
        self._accounts.add_key(organization_id, user_id, key, hash_secret(secret))
        return NewKey(key=key, secret=secret)


def hash_secret(secret: str) -> str:
    """SHA-256: enough for a random secret of 256 bits, and quick enough for every request."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
