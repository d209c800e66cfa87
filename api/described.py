"""What the document says of each field of an answer: the text that stands below the field where it is defined."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import msgspec


def describe(schemas: dict[str, Any]) -> None:
    """Put the texts of fields into the schemas of the structs of the same names, unless they have their own."""
    texts = {kind.__name__: kind for kind in _structs(msgspec.Struct) if kind.__module__.startswith("api.")}
    for name, schema in schemas.items():
        kind = texts.get(name)
        fields = texts_of(kind) if kind is not None else {}
        for field, shape in schema.get("properties", {}).items():
            if field in fields and isinstance(shape, dict):
                shape.setdefault("description", fields[field])


def texts_of(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Field → what stands below it, those of what it is derived from included. Without sources nothing is known."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, msgspec.Struct) and one is not msgspec.Struct:
            found |= dict(_below(one))
    return found


def _below(kind: type) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(inspect.getsource(kind))
    except (OSError, SyntaxError):
        return
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    for field, text in zip(body, body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            if isinstance(text.value, ast.Constant) and isinstance(text.value.value, str):
                yield field.target.id, " ".join(inspect.cleandoc(text.value.value).split())


def _structs(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _structs(one)
