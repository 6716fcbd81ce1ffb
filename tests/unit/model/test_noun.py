"""The shortcut past validation makes the same objects as validation does."""

from __future__ import annotations

import pickle

from failsight.model.tag import FAScoringBreakdown, FATag


def test_trusted_equals_validated() -> None:
    validated = FATag(tag_id="a", decision="fail", scoring_breakdown=FAScoringBreakdown(impact=3), item_index=0)
    fields = {name: getattr(validated, name) for name in FATag.model_fields}
    trusted = FATag.trusted(dict(fields))
    assert trusted == validated
    assert trusted.model_dump_json() == validated.model_dump_json()
    assert trusted.model_copy(update={"tag_id": "b"}) == validated.model_copy(update={"tag_id": "b"})
    assert pickle.loads(pickle.dumps(trusted)) == validated
    assert trusted.model_fields_set == set(FATag.model_fields)
