"""Reads a taxonomy from its YAML text, checks it, and lays a user's extension over another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from failsight.errors import InvalidTaxonomy, UnknownName
from failsight.model.taxonomy import FASubcategory, Taxonomy


def parse_taxonomy(text: str, where: str, parent: Taxonomy | None = None) -> Taxonomy:
    """A taxonomy from YAML. ``extends: default`` at its top lays it over ``parent``: buckets and subcategories of the
    same id are changed field by field, new ones are added, ids under ``remove`` are dropped. Without ``extends`` it
    replaces the parent. Raises InvalidTaxonomy naming the place.
    """
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise InvalidTaxonomy(where=where, problem=str(broken), fix="Correct the YAML.") from broken
    if not isinstance(raw, dict):
        raise InvalidTaxonomy(
            where=where, problem="it is not a mapping", fix="Start it with 'version:' and 'buckets:'."
        )
    if raw.get("extends") is not None:
        if parent is None:
            raise InvalidTaxonomy(where=where, problem="there is nothing to extend", fix="Remove 'extends'.")
        raw = _overlay(parent.model_dump(), raw)
    try:
        taxonomy = Taxonomy.model_validate(raw)
    except ValidationError as broken:
        first = broken.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidTaxonomy(where=f"{where} at {place}", problem=first["msg"], fix="Correct that field.") from broken
    _check(taxonomy, where)
    return taxonomy


def select(taxonomy: Taxonomy, buckets: Iterable[str], subcategories: Iterable[str]) -> tuple[str, ...]:
    """Subcategory ids inside the given buckets or named themselves; all when nothing is named. Raises UnknownName."""
    wanted_buckets, wanted = set(buckets), set(subcategories)
    known = taxonomy.subcategories()
    for name in wanted_buckets:
        if name not in {bucket.bucket_id for bucket in taxonomy.buckets}:
            raise UnknownName("bucket", name, [bucket.bucket_id for bucket in taxonomy.buckets])
    for name in wanted:
        if name not in known:
            raise UnknownName("subcategory", name, known)
    if not wanted_buckets and not wanted:
        return tuple(known)
    return tuple(sub for sub, (bucket, _) in known.items() if sub in wanted or bucket.bucket_id in wanted_buckets)


def applies(subcategory: FASubcategory, feature_kind: str) -> bool:
    """Whether a subcategory is meant for this kind of application; ``tool_agent`` means both kinds with tools."""
    wanted = set(subcategory.applies_to)
    return bool(wanted & {"all", feature_kind}) or ("tool_agent" in wanted and feature_kind in {"agent", "agentic_rag"})


def _overlay(parent: dict[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    removed = set(child.get("remove") or ())
    merged = dict(parent)
    merged.update(
        {
            key: value
            for key, value in child.items()
            if key not in {"extends", "remove", "buckets", "security_categories"}
        }
    )
    merged["buckets"] = _merge_lists(parent["buckets"], child.get("buckets") or [], "bucket_id", removed)
    for bucket in merged["buckets"]:
        bucket["subcategories"] = [
            s for s in bucket.get("subcategories") or [] if s.get("subcategory_id") not in removed
        ]
    merged["security_categories"] = _merge_lists(
        parent["security_categories"], child.get("security_categories") or [], "code", removed
    )
    return merged


def _merge_lists(
    old: list[dict[str, Any]], new: list[dict[str, Any]], key: str, removed: set[str]
) -> list[dict[str, Any]]:
    by_id = {entry[key]: dict(entry) for entry in old if entry[key] not in removed}
    for entry in new:
        known = by_id.setdefault(entry.get(key, ""), {})
        changed = dict(entry)
        if known.get("subcategories") and entry.get("subcategories"):
            nested = _merge_lists(known["subcategories"], entry["subcategories"], "subcategory_id", removed)
            changed["subcategories"] = nested
        known.update(changed)
    return list(by_id.values())


def _check(taxonomy: Taxonomy, where: str) -> None:
    seen: set[str] = set()
    for bucket in taxonomy.buckets:
        for sub in bucket.subcategories:
            if sub.subcategory_id in seen:
                raise InvalidTaxonomy(
                    where=where, problem=f"'{sub.subcategory_id}' stands twice", fix="Rename one of them."
                )
            seen.add(sub.subcategory_id)
    for category in taxonomy.security_categories:
        unknown = [tag for tag in category.tags if tag not in seen]
        if unknown and not where.endswith("(extended)"):
            raise InvalidTaxonomy(
                where=f"{where} at security_categories.{category.code}",
                problem=f"'{unknown[0]}' is no subcategory of this taxonomy",
                fix="Name an existing subcategory or remove it from 'tags'.",
            )
