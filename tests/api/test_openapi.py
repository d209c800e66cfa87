"""The OpenAPI document is put together from many parts; none stands for another."""

from __future__ import annotations

import pytest

from api.openapi import _gather


def test_no_schema_stands_for_two() -> None:
    """Two structs of one name would be one in the document, and every client would read one of them wrongly."""
    schemas = {"PlaceView": {"title": "PlaceView", "type": "object"}}
    _gather(schemas, {"PlaceView": {"title": "PlaceView", "type": "object"}, "Other": {}})
    assert set(schemas) == {"PlaceView", "Other"}
    with pytest.raises(ValueError, match="PlaceView"):
        _gather(schemas, {"PlaceView": {"title": "PlaceView", "type": "string"}})
