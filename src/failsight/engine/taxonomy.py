"""Reads a taxonomy from its YAML text, checks it, and lays a user's extension over another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from failsight.engine.yaml_text import load_yaml
from failsight.errors import InvalidTaxonomy, UnknownName
from failsight.model.taxonomy import FASubcategory, Taxonomy

_LISTS = {"buckets": "bucket_id", "subcategories": "subcategory_id", "security_categories": "code"}
_TABLES = ("vocabularies", "unmapped")


def parse_taxonomy(text: str, where: str, parent: Taxonomy | None = None) -> Taxonomy:
    """A taxonomy from YAML. ``extends: default`` at its top lays it over ``parent``: buckets, subcategories and
    security categories of the same id are changed field by field, new ones are added, ids under ``remove`` are dropped.
    Without ``extends`` it replaces the parent. Raises InvalidTaxonomy naming the place.
    """
    try:
        raw = load_yaml(text)
    except yaml.YAMLError as broken:
        raise InvalidTaxonomy(where=where, problem=str(broken), fix="Correct the YAML.") from broken
    if not isinstance(raw, dict):
        raise InvalidTaxonomy(
            where=where, problem="it is not a mapping", fix="Start it with 'version:' and 'buckets:'."
        )
    if raw.get("extends") is not None:
        raw = _extend(raw, where, parent)
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
    return applies_to(subcategory.applies_to, feature_kind)


def applies_to(kinds: Iterable[str], feature_kind: str) -> bool:
    """Whether a feature kind is among ``kinds`` as the taxonomy writes them."""
    wanted = set(kinds)
    return bool(wanted & {"all", feature_kind}) or ("tool_agent" in wanted and feature_kind in {"agent", "agentic_rag"})


def _extend(raw: Mapping[str, Any], where: str, parent: Taxonomy | None) -> dict[str, Any]:
    """``raw`` laid over the parent; raises InvalidTaxonomy when it cannot be."""
    if parent is None or raw["extends"] != "default":
        raise InvalidTaxonomy(
            where=where, problem=f"there is no '{raw['extends']}' to extend", fix="Write 'extends: default'."
        )
    _check_shape(raw, where)
    known = [*parent.subcategories(), *(b.bucket_id for b in parent.buckets)]
    known += [category.code for category in parent.security_categories]
    for name in raw.get("remove") or ():
        if name not in known:
            raise InvalidTaxonomy(
                where=f"{where} at remove", problem=f"'{name}' is not there to remove", fix="Name an existing id."
            )
    return _overlay(parent.model_dump(), raw)


def _check_shape(raw: Mapping[str, Any], where: str) -> None:
    """Lists of mappings where the overlay walks; everything finer is left to the model."""
    if not isinstance(raw.get("remove") or [], list):
        raise InvalidTaxonomy(where=f"{where} at remove", problem="it is not a list", fix="Write 'remove: [id, ...]'.")
    for key in _TABLES:
        if not isinstance(raw.get(key) or {}, dict):
            raise InvalidTaxonomy(where=f"{where} at {key}", problem="it is not a mapping", fix="Write 'name: ...'.")
    for key, identifier in _LISTS.items():
        entries = raw.get(key) or []
        if not isinstance(entries, list) or not all(isinstance(e, dict) and e.get(identifier) for e in entries):
            raise InvalidTaxonomy(
                where=f"{where} at {key}",
                problem=f"it is not a list of entries with a '{identifier}'",
                fix=f"Begin each entry with '- {identifier}: ...'.",
            )
        for entry in entries if key == "buckets" else ():
            _check_shape({"subcategories": entry.get("subcategories")}, f"{where} at {entry[identifier]}")


def _overlay(parent: dict[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    removed = set(child.get("remove") or ())
    plain = {key: value for key, value in child.items() if key not in {"extends", "remove", *_LISTS, *_TABLES}}
    merged = {**parent, **plain}
    for key in _TABLES:
        merged[key] = {**parent[key], **(child.get(key) or {})}
    merged["buckets"] = _merge_lists(parent["buckets"], child.get("buckets") or [], "bucket_id", removed)
    for bucket in merged["buckets"]:
        subs = bucket.get("subcategories") or []
        bucket["subcategories"] = [sub for sub in subs if sub["subcategory_id"] not in removed]
    categories = _merge_lists(
        parent["security_categories"], child.get("security_categories") or [], "code", removed
    )  # fmt: skip
    kept = {sub["subcategory_id"] for bucket in merged["buckets"] for sub in bucket["subcategories"]}
    gone = {sub["subcategory_id"] for bucket in parent["buckets"] for sub in bucket["subcategories"]} - kept
    for category in categories:
        category["tags"] = [tag for tag in category.get("tags") or [] if tag not in gone]
    merged["security_categories"] = categories
    return merged


def _merge_lists(
    old: list[dict[str, Any]], new: list[dict[str, Any]], key: str, removed: set[str]
) -> list[dict[str, Any]]:
    by_id = {entry[key]: dict(entry) for entry in old if entry[key] not in removed}
    for entry in new:
        known = by_id.setdefault(entry[key], {})
        changed = dict(entry)
        if known.get("subcategories") and entry.get("subcategories"):
            nested = _merge_lists(known["subcategories"], entry["subcategories"], "subcategory_id", removed)
            changed["subcategories"] = nested
        known.update(changed)
    return list(by_id.values())


def _check(taxonomy: Taxonomy, where: str) -> None:
    """Unique ids, and every name that one part of the taxonomy uses of another exists."""
    subs = [sub.subcategory_id for bucket in taxonomy.buckets for sub in bucket.subcategories]
    buckets = [bucket.bucket_id for bucket in taxonomy.buckets]
    for name in (*_repeated(buckets), *_repeated(subs), *_repeated([c.code for c in taxonomy.security_categories])):
        raise InvalidTaxonomy(where=where, problem=f"'{name}' stands twice", fix="Rename one of them.")
    for category in taxonomy.security_categories:
        for tag in set(category.tags).difference(subs):
            raise InvalidTaxonomy(
                where=f"{where} at security_categories.{category.code}",
                problem=f"'{tag}' is no subcategory of this taxonomy",
                fix="Name an existing subcategory or remove it from 'tags'.",
            )
    for name, (_, sub) in taxonomy.subcategories().items():
        for vocabulary, codes in sub.crosswalks.items():
            known = taxonomy.vocabularies.get(vocabulary)
            unknown = [code for code in codes if known is None or code not in known.codes]
            if unknown:
                raise InvalidTaxonomy(
                    where=f"{where} at {name}.crosswalks.{vocabulary}",
                    problem=f"'{unknown[0]}' is no code of a vocabulary '{vocabulary}'",
                    fix="Declare it under 'vocabularies' or remove it.",
                )


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
