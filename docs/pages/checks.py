"""Reference pages of what examines an item: detectors, metrics, security flags, and the taxonomy they serve."""

from __future__ import annotations

from pages.markdown import codes, page, prose, table

from failsight.engine.detectors import DETECTORS
from failsight.engine.heads import HEADS
from failsight.engine.metrics import JUDGE_ONLY, METRICS
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy

TAXONOMY = load_taxonomy()
JUDGED = {rubric.metric for rubric in load_rubrics()}


def detectors() -> str:
    parts = [
        f"{len(DETECTORS)} detectors, in the order in which they run. Each answers `fail`, `pass` or `unsure` for its subcategories, or says why one does "
        "not apply. A verdict quotes `name@version`; a version is raised whenever an old verdict may change."
    ]
    served = {sub for detector in DETECTORS for sub in detector.subcategories}
    silent = [sub for sub in TAXONOMY.subcategories() if sub not in served]
    for detector in DETECTORS:
        facts = f"Answers {codes(detector.subcategories)}. Needs {codes(detector.needs)}. Version {detector.version}."
        parts.append(f"## {detector.name}\n\n{facts}\n\n{prose(type(detector))}")
    parts.append(
        f"## Without a detector\n\n{codes(silent)}. They stand in `detectors_skipped`: only a judge can tell."
        if silent
        else ""
    )
    return page("Detectors", *parts)


def metrics() -> str:
    rows = [[f"`{m.name}`", m.display_name, m.kind, codes(m.needs), m.definition] for m in METRICS]
    parts = [
        "Every metric is between 0 and 1, higher is better; one that cannot be measured on an item is left out with its reason, never 0. `heuristic` is exact "
        "by definition, `local` approximates without an LLM what a judge would be asked.",
        table(["metric", "name", "kind", "needs", "definition"], rows),
    ]
    parts += [f"## {metric.name}\n\n{prose(type(metric))}" for metric in METRICS]
    judged = table(
        ["metric", "name", "definition"], [[f"`{j.name}`", j.display_name, j.definition] for j in JUDGE_ONLY]
    )
    parts.append(
        f"## Only with a judge\n\nKnown by name and listed as skipped without a judge, because nothing local measures them honestly.\n\n{judged}\n\n"
        f"A judge measures these, and with `always` also {codes(name for name in METRICS.names() if name in JUDGED)} in place of the local "
        "approximation, whose value stays in the explanation. Its 1 to 5 become 0, 0.25, 0.5, 0.75 and 1. The questions: [rubrics.md](rubrics.md)."
    )
    return page("Evaluation metrics", *parts)


def taxonomy() -> str:
    parts = [
        f"Version `{TAXONOMY.version}`: {len(TAXONOMY.buckets)} buckets, {len(TAXONOMY.subcategories())} subcategories. How to extend or replace it: "
        "[taxonomy.md](taxonomy.md)."
    ]
    for bucket in TAXONOMY.buckets:
        parts.append(f"## {bucket.bucket_name} (`{bucket.bucket_id}`)\n\n{bucket.description}")
        for sub in bucket.subcategories:
            facts = [
                ["detection", sub.detection_approach],
                ["applies to", codes(sub.applies_to)],
                ["needs", codes(sub.required_inputs)],
                ["impact, risk", f"{sub.impact_score} of 5, {sub.risk_category}"],
                ["minimal mode", "yes" if sub.minimal_mode_compatible else "no, needs a trace"],
                ["metrics", codes(sub.related_eval_metrics)],
                ["security categories", codes(sub.related_security_categories)],
                ["detectors", codes(d.name for d in DETECTORS if sub.subcategory_id in d.subcategories)],
            ]
            facts += [[TAXONOMY.vocabularies[name].title, codes(found)] for name, found in sub.crosswalks.items()]
            parts.append(
                f"### {sub.subcategory_name} (`{sub.subcategory_id}`)\n\n{sub.description}\n\n{table(['', ''], facts)}"
            )
    parts.append("## Crosswalks\n\nA crosswalk names the nearest counterpart in another vocabulary, not an equal.")
    for name, vocabulary in TAXONOMY.vocabularies.items():
        rows = []
        for code, meaning in vocabulary.codes.items():
            ours = [sub for sub, (_, s) in TAXONOMY.subcategories().items() if code in s.crosswalks.get(name, ())]
            rows.append([f"`{code}`", meaning, codes(ours) if ours else "no counterpart"])
        parts.append(
            f"### {vocabulary.title}, {vocabulary.version}\n\n<{vocabulary.url}>\n\n{table(['code', 'name', 'here'], rows)}"
        )
    return page("Taxonomy reference", *parts)


def security_flags() -> str:
    heads = {head.name: head for head in HEADS}
    rows = []
    for category in TAXONOMY.security_categories:
        by = codes(category.tags), codes(category.heads)
        rows.append(
            [
                category.code,
                category.name,
                category.severity,
                *by,
                category.note or ("" if category.tags or category.heads else "not checked locally"),
            ]
        )
    parts = [
        "`security_flags` maps an S-code to `fail` or `pass`. Each source of a category votes, a failure tag of the item or a category head, and the worst vote "
        "counts; `unsure` leaves the code out. A category that nothing checks is absent, never `pass`.",
        table(["code", "category", "severity", "failure tags", "heads", "note"], rows),
    ]
    parts += [
        f"## {name}\n\nAnswers {codes(head.codes)}. Version {head.version}.\n\n{prose(type(head))}"
        for name, head in heads.items()
    ]
    return page("Security flags", *parts)
