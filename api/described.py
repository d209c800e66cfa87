"""What the document says of each field of an answer: the text that stands below the field where it is defined."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec


def describe(schemas: dict[str, Any]) -> None:
    """Put the texts of fields into the schemas of the structs of the same names, unless they have their own."""
    structs = {
        (kind.__name__, frozenset(kind.__struct_encode_fields__)): kind for kind in _structs(msgspec.Struct)
    }
    for name, schema in schemas.items():
        shapes = schema.get("properties", {})
        kind = structs.get((name, frozenset(shapes)))
        for field, text in texts_of(kind).items() if kind else ():
            shapes[field].setdefault("description", text)


def texts_of(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Field, as it is called on the wire → what stands below it, also where it was inherited. Without sources nothing is known."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, msgspec.Struct) and one is not msgspec.Struct:
            found |= dict(_below(one))
    wire = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    return {wire[field]: text for field, text in found.items() if field in wire}


def _below(kind: type) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(inspect.getsource(kind))
    except (OSError, SyntaxError):
        return
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    for field, below in pairwise(body):
        text = (
            below.value.value
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            else None
        )
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, str):
            yield field.target.id, " ".join(text.split())


def _structs(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _structs(one)
