"""Which metrics there are, which a project added, and which of those asked for can be computed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from failsight.engine.metric import JudgeOnly
from failsight.engine.pipeline import Engine
from failsight.errors import InvalidInput, UnknownName
from failsight.model.evaluation import MetricInfo, ProjectMetric
from failsight.service.accounts import AccountService
from failsight.service.ports import Accounts, ProjectSettings

OWN_METRIC = "it is a metric of the project's own, which nothing here computes"


class MetricService:
    """``judge_only`` are metrics that are known by name and that only a judge can tell."""

    def __init__(
        self,
        engine: Engine,
        judge_only: Iterable[JudgeOnly],
        settings: ProjectSettings,
        account: AccountService,
        accounts: Accounts,
    ) -> None:
        self._computed = [
            MetricInfo(
                key=metric.name,
                id=metric.name,
                display_name=metric.display_name,
                definition=metric.definition,
                category=metric.kind,
            )
            for metric in engine.metrics
        ]
        self._judged = [
            MetricInfo(
                key=metric.name,
                id=metric.name,
                display_name=metric.display_name,
                definition=metric.definition,
                category="llm_judge",
                available=False,
            )
            for metric in judge_only
        ]
        self._settings = settings
        self._account = account
        self._accounts = accounts

    def templates(self) -> list[MetricInfo]:
        """Every metric that can be asked for, those that only a judge can tell last."""
        return [*self._computed, *self._judged]

    def project_metrics(self, organization_id: str, project_id: str) -> list[ProjectMetric]:
        """The metrics computed here and those the project added, which win over these. Raises NotFound."""
        self._account.project_by_id(organization_id, project_id)
        built_in = {metric.key: ProjectMetric.model_validate(dict(metric)) for metric in self._computed}
        return list((built_in | self._added(organization_id, project_id)).values())

    def add(self, organization_id: str, project_id: str, metric: ProjectMetric) -> ProjectMetric:
        """Adds a metric to a project, over one of the same key. Raises NotFound."""
        self._account.project_by_id(organization_id, project_id)
        if not metric.key.isprintable():
            raise InvalidInput(problem="The key of the metric has characters that cannot be printed", fix="Change it.")
        known = {template.key: template for template in self.templates()}
        template = known.get(metric.template_id or metric.key)
        if metric.template_id is not None and template is None:
            raise UnknownName("metric template", metric.template_id, known)
        told = (
            {"definition": template.definition, "category": template.category} if template else {"category": "custom"}
        )
        added = metric.model_copy(update=told | {"id": metric.key, "available": template in self._computed})
        self._settings.put(organization_id, project_id, "metric", metric.key, added.model_dump_json())
        return added

    def choose(
        self, organization_id: str, names: Sequence[str], project_name: str | None
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Those of ``names`` that the engine knows, and why the others cannot be computed. Raises UnknownName for one
        that neither the engine nor the project knows."""
        known = [metric.key for metric in self.templates()]
        projects = [p for p in self._accounts.projects(organization_id) if p.name == project_name]
        own = self._added(organization_id, projects[0].id) if projects else {}
        for name in names:
            if name not in known and name not in own:
                raise UnknownName("metric", name, (*known, *own))
        engine = tuple(dict.fromkeys(name for name in names if name in known))
        return engine, {name: OWN_METRIC for name in names if name not in known}

    def _added(self, organization_id: str, project_id: str) -> dict[str, ProjectMetric]:
        stored = self._settings.settings(organization_id, project_id, "metric")
        return {key: ProjectMetric.model_validate_json(value) for key, value in stored.items()}
