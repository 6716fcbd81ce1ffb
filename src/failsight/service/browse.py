"""Read runs, their items, tags and jobs; review tags; cancel jobs. Everything belongs to one organization."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter

from failsight.engine.taxonomy import applies
from failsight.errors import InvalidInput, NotFound
from failsight.model.job import Job
from failsight.model.run import FARunInput, FARunListPage
from failsight.model.stored_run import ItemOutcome, StoredRun, TagReview
from failsight.model.tag import FATag
from failsight.model.taxonomy import FABucket, FASubcategory, Taxonomy
from failsight.service.ports import Clock, Jobs, RecordKind, Runs

TAGS = TypeAdapter(list[FATag])
MAX_PAGE = 1_000


class BrowseService:
    """What a client reads after it has submitted something."""

    def __init__(self, runs: Runs, jobs: Jobs, taxonomy: Taxonomy, clock: Clock) -> None:
        self._runs = runs
        self._jobs = jobs
        self._taxonomy = taxonomy
        self._clock = clock

    def run(self, organization_id: str, run_id: str) -> StoredRun:
        """Raises NotFound."""
        found = self._runs.run(organization_id, run_id)
        if found is None or found.kind != "failure_analysis":
            raise NotFound(kind="run", name=run_id)
        return found

    def page(
        self, organization_id: str, project_name: str | None, status: str | None, page: int, page_size: int
    ) -> FARunListPage:
        """Runs newest first; ``page`` counts from 1."""
        if page < 1 or not 1 <= page_size <= MAX_PAGE:
            raise InvalidInput(
                problem=f"page {page} of size {page_size}", fix=f"Pages count from 1, sizes 1-{MAX_PAGE}."
            )
        rows, total = self._runs.page(organization_id, project_name, status, page_size, (page - 1) * page_size)
        items = [row.to_list_item() for row in rows]
        more = page * page_size < total
        return FARunListPage(items=items, total=total, page=page, page_size=page_size, has_more=more)

    def outcomes(self, organization_id: str, run_id: str) -> Iterator[ItemOutcome]:
        """Examined items as stored JSON texts, with the reviews of their tags filled in."""
        reviews = self._runs.reviews(organization_id, run_id)
        by_item: dict[int, dict[str, TagReview]] = {}
        for tag_id, review in reviews.items():
            by_item.setdefault(place_of(tag_id)[1], {})[tag_id] = review
        for outcome in self._runs.outcomes(run_id):
            own = by_item.get(outcome.item_index)
            yield _reviewed(outcome, own) if own else outcome

    def inputs(self, organization_id: str, run_id: str) -> Iterator[FARunInput]:
        self.run(organization_id, run_id)
        return (FARunInput.model_validate_json(outcome.record) for outcome in self._runs.outcomes(run_id))

    def tags(
        self,
        organization_id: str,
        run_id: str,
        decision: str | None = None,
        bucket_id: str | None = None,
        min_severity: float | None = None,
    ) -> Iterator[FATag]:
        """Tags of a run, optionally of one decision, one bucket, and at least that severity."""
        self.run(organization_id, run_id)
        for outcome in self.outcomes(organization_id, run_id):
            for tag in TAGS.validate_json(outcome.tags):
                if decision not in (None, tag.decision) or bucket_id not in (None, tag.bucket_id):
                    continue
                if min_severity is None or tag.severity >= min_severity:
                    yield tag

    def job(self, organization_id: str, job_id: str) -> Job:
        """Raises NotFound."""
        found = self._jobs.job(organization_id, job_id)
        if found is None:
            raise NotFound(kind="run", name=job_id)
        return found

    def has_record(self, organization_id: str, kind: RecordKind, run_id: str) -> bool:
        """Whether there is a run that evaluates or audits."""
        run = self._runs.run(organization_id, run_id)
        if run is None:
            return False
        on_the_way = run.options.with_eval if kind == "evaluation" else run.options.with_security
        return run.kind == kind or (run.kind == "failure_analysis" and on_the_way)

    def cancel(self, organization_id: str, job_id: str) -> Job:
        """Cancels a job; one that is finished stays as it is."""
        self.job(organization_id, job_id)
        self._jobs.cancel(organization_id, job_id, self._clock.now_iso())
        return self.job(organization_id, job_id)

    def review_tag(
        self, organization_id: str, tag_id: str, is_reviewed: bool | None, issue_url: str | None
    ) -> TagReview:
        """Marks a tag as reviewed or links an issue (an empty text unlinks it). Raises NotFound."""
        if is_reviewed is None and issue_url is None:
            raise InvalidInput(problem="Nothing to change", fix="Send 'is_reviewed' or 'issue_url'.")
        run_id, index = place_of(tag_id)
        known = self._runs.run(organization_id, run_id)
        outcomes = [] if known is None else self._runs.outcomes(run_id, [index])
        if not any(tag.tag_id == tag_id for outcome in outcomes for tag in TAGS.validate_json(outcome.tags)):
            raise NotFound(kind="tag", name=tag_id)
        review = self._runs.reviews(organization_id, run_id).get(tag_id, TagReview(tag_id=tag_id, run_id=run_id))
        changes: dict[str, object] = {}
        if is_reviewed is not None:
            changes = {"is_reviewed": is_reviewed, "reviewed_at": self._clock.now_iso() if is_reviewed else None}
        if issue_url is not None:
            changes["issue_url"] = issue_url or None
        review = review.model_copy(update=changes)
        self._runs.review(organization_id, review)
        return review

    def taxonomy(self) -> list[FABucket]:
        return self._taxonomy.buckets

    def bucket(self, bucket_id: str) -> FABucket:
        """Raises NotFound."""
        for bucket in self._taxonomy.buckets:
            if bucket.bucket_id == bucket_id:
                return bucket
        raise NotFound(kind="bucket", name=bucket_id)

    def subcategories(
        self, bucket_id: str | None, detection_approach: str | None, applies_to: str | None
    ) -> list[FASubcategory]:
        """Subcategories under all given filters; ``applies_to`` keeps the universal ones."""
        return [
            sub
            for bucket, sub in self._taxonomy.subcategories().values()
            if bucket_id in (None, bucket.bucket_id)
            and detection_approach in (None, sub.detection_approach)
            and (applies_to is None or applies_to in sub.applies_to or applies(sub, applies_to))
        ]


def place_of(tag_id: str) -> tuple[str, int]:
    """Run id and item index of a tag id ``<run>.<item>.<subcategory>``; raises NotFound for anything else."""
    run_id, _, rest = tag_id.partition(".")
    index, _, _ = rest.partition(".")
    if not index.isdecimal() or len(index) > 9:
        raise NotFound(kind="tag", name=tag_id)
    return run_id, int(index)


def _reviewed(outcome: ItemOutcome, reviews: dict[str, TagReview]) -> ItemOutcome:
    tags = [
        tag.model_copy(update=reviews[tag.tag_id].model_dump(include={"is_reviewed", "reviewed_at", "issue_url"}))
        if tag.tag_id in reviews
        else tag
        for tag in TAGS.validate_json(outcome.tags)
    ]
    return outcome.model_copy(update={"tags": TAGS.dump_json(tags).decode()})
