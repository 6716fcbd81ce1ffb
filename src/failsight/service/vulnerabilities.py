"""Security categories and attack vectors, and how a project wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from failsight.errors import InvalidInput, UnknownName
from failsight.model.security import (
    ATTACK_VECTORS,
    AttackVectorInfo,
    ProjectAttackVector,
    ProjectVulnerability,
    VulnerabilityInfo,
)
from failsight.model.taxonomy import SecurityCategory, Taxonomy
from failsight.service.accounts import AccountService
from failsight.service.ports import Accounts, ProjectSettings, SettingKind


class VulnerabilityService:
    """A project's settings are kept as what was changed; everything else follows the taxonomy."""

    def __init__(
        self, taxonomy: Taxonomy, settings: ProjectSettings, account: AccountService, accounts: Accounts
    ) -> None:
        self._categories = {category.code: category for category in taxonomy.security_categories}
        self._vectors = {vector.key: vector for vector in ATTACK_VECTORS}
        self._settings = settings
        self._account = account
        self._accounts = accounts

    def vulnerabilities(self) -> list[VulnerabilityInfo]:
        """S1 to S23."""
        return [
            VulnerabilityInfo(
                key=category.code,
                display_name=category.name,
                description=_description(category),
                severity=category.severity,
                available=bool(category.tags or category.heads),
            )
            for category in self._categories.values()
        ]

    def attack_vectors(self) -> list[AttackVectorInfo]:
        return list(self._vectors.values())

    def project_vulnerabilities(self, organization_id: str, project_id: str) -> list[ProjectVulnerability]:
        """Raises NotFound."""
        changes = self._changes(organization_id, project_id, "vulnerability")
        return [
            ProjectVulnerability.model_validate(
                {
                    "id": f"{project_id}.{category.code}",
                    "project_id": project_id,
                    "key": category.code,
                    "display_name": category.name,
                    "severity": category.severity,
                    "description": _description(category),
                }
                | changes.get(category.code, {})
            )
            for category in self._categories.values()
        ]

    def project_attack_vectors(self, organization_id: str, project_id: str) -> list[ProjectAttackVector]:
        """Raises NotFound."""
        changes = self._changes(organization_id, project_id, "attack_vector")
        return [
            ProjectAttackVector.model_validate(
                {"id": f"{project_id}.{key}", "project_id": project_id} | vector.model_dump() | changes.get(key, {})
            )
            for key, vector in self._vectors.items()
        ]

    def change_vulnerability(
        self, organization_id: str, project_id: str, name: str, changes: Mapping[str, Any]
    ) -> ProjectVulnerability:
        """``name`` is the S-code or the id. Raises NotFound, UnknownName."""
        key = name.removeprefix(f"{project_id}.")
        if key not in self._categories:
            raise UnknownName("security category", key, self._categories)
        self._change(organization_id, project_id, "vulnerability", key, changes)
        return next(v for v in self.project_vulnerabilities(organization_id, project_id) if v.key == key)

    def change_attack_vector(
        self, organization_id: str, project_id: str, name: str, changes: Mapping[str, Any]
    ) -> ProjectAttackVector:
        """``name`` is the key or the id. Raises NotFound, UnknownName."""
        key = name.removeprefix(f"{project_id}.")
        if key not in self._vectors:
            raise UnknownName("attack vector", key, self._vectors)
        self._change(organization_id, project_id, "attack_vector", key, changes)
        return next(v for v in self.project_attack_vectors(organization_id, project_id) if v.key == key)

    def enabled(self, organization_id: str, project_name: str) -> tuple[str, ...]:
        """The categories that a project wants audited when it disabled some; empty when it did not."""
        projects = [p for p in self._accounts.projects(organization_id) if p.name == project_name]
        if not projects:
            return ()
        wanted = [v for v in self.project_vulnerabilities(organization_id, projects[0].id) if v.enabled]
        if not wanted:
            problem = f"Every security category is disabled in project '{project_name}'"
            raise InvalidInput(problem=problem, fix="Enable one, or name categories.")
        return () if len(wanted) == len(self._categories) else tuple(v.key for v in wanted)

    def thresholds(self, organization_id: str, project_id: str) -> dict[str, float]:
        """By S-code, those that a project has set."""
        changes = self._changes(organization_id, project_id, "vulnerability")
        return {code: float(change["threshold"]) for code, change in changes.items() if "threshold" in change}

    def _changes(self, organization_id: str, project_id: str, kind: SettingKind) -> dict[str, dict[str, Any]]:
        self._account.project_by_id(organization_id, project_id)
        stored = self._settings.settings(organization_id, project_id, kind)
        return {key: json.loads(value) for key, value in stored.items()}

    def _change(
        self, organization_id: str, project_id: str, kind: SettingKind, key: str, changes: Mapping[str, Any]
    ) -> None:
        known = self._changes(organization_id, project_id, kind).get(key, {})
        self._settings.put(organization_id, project_id, kind, key, json.dumps(known | dict(changes)))


def _description(category: SecurityCategory) -> str:
    """The taxonomy's note, else what is looked for."""
    if category.note:
        return category.note
    sources = [*category.tags, *category.heads]
    return f"Checked through: {', '.join(sources)}." if sources else "Nothing local can check this category yet."
