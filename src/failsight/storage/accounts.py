"""Organizations, users, keys and projects in the database."""

from __future__ import annotations

import sqlalchemy as sa

from failsight.model.account import ApiKey, Principal, ProjectInfo, User
from failsight.storage.database import insert_new, read, write
from failsight.storage.tables import api_keys, organizations, projects, users


class SqlAccounts:
    """See ``service.ports.Accounts``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def organization(self, name: str) -> str | None:
        """The id of the organization of that name."""
        with read(self._engine) as connection:
            return connection.scalar(sa.select(organizations.c.id).where(organizations.c.name == name))

    def organizations(self) -> list[tuple[str, str]]:
        """Ids and names, oldest first."""
        query = sa.select(organizations.c.id, organizations.c.name).order_by(organizations.c.created_at)
        with read(self._engine) as connection:
            return [(row.id, row.name) for row in connection.execute(query)]

    def add_organization(self, organization_id: str, name: str, now: str) -> None:
        with write(self._engine) as connection:
            connection.execute(sa.insert(organizations).values(id=organization_id, name=name, created_at=now))

    def add_user(self, organization_id: str, user: User) -> None:
        row = user.model_dump() | {"organization_id": organization_id}
        with write(self._engine) as connection:
            connection.execute(sa.insert(users).values(row))

    def users(self, organization_id: str) -> list[User]:
        query = sa.select(users).where(users.c.organization_id == organization_id).order_by(users.c.created_at)
        with read(self._engine) as connection:
            return [User.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def add_key(self, organization_id: str, user_id: str, key: ApiKey, key_hash: str) -> None:
        row = key.model_dump() | {"organization_id": organization_id, "user_id": user_id, "key_hash": key_hash}
        with write(self._engine) as connection:
            connection.execute(sa.insert(api_keys).values(row))

    def keys(self, organization_id: str) -> list[ApiKey]:
        query = sa.select(api_keys).where(api_keys.c.organization_id == organization_id).order_by(api_keys.c.created_at)
        with read(self._engine) as connection:
            return [ApiKey.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def revoke_key(self, organization_id: str, key_id: str, now: str) -> bool:
        """Whether there was such an active key."""
        mine = (api_keys.c.organization_id == organization_id) & (api_keys.c.id == key_id)
        change = sa.update(api_keys).where(mine, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
        with write(self._engine) as connection:
            return connection.execute(change).rowcount > 0

    def principal(self, key_hash: str) -> Principal | None:
        """Who holds the key of this hash; None for an unknown or revoked one."""
        query = (
            sa.select(api_keys.c.id, api_keys.c.user_id, organizations.c.id, organizations.c.name)
            .join(organizations, organizations.c.id == api_keys.c.organization_id)
            .where(api_keys.c.key_hash == key_hash, api_keys.c.revoked_at.is_(None))
        )
        with read(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Principal(key_id=row[0], user_id=row[1], organization_id=row[2], organization_name=row[3])

    def project(self, organization_id: str, name: str, candidate: ProjectInfo) -> ProjectInfo:
        """The project of that name, made from ``candidate`` when there is none yet."""
        mine = (projects.c.organization_id == organization_id) & (projects.c.name == name)
        with read(self._engine) as connection:
            found = connection.execute(sa.select(projects).where(mine)).one_or_none()
        if found is None:
            with write(self._engine) as connection:
                insert_new(connection, projects, candidate.model_dump() | {"organization_id": organization_id})
                found = connection.execute(sa.select(projects).where(mine)).one()
        return ProjectInfo.model_validate(dict(found._mapping))

    def projects(self, organization_id: str) -> list[ProjectInfo]:
        query = sa.select(projects).where(projects.c.organization_id == organization_id).order_by(projects.c.name)
        with read(self._engine) as connection:
            return [ProjectInfo.model_validate(dict(row._mapping)) for row in connection.execute(query)]
