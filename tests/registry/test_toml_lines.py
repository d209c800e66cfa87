"""Lines of a TOML text: found for every table and key, whatever strings, comments and arrays stand between."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from registry.toml_lines import line_of, lines_of

VALUES = [
    "1", '"# [no] {table}"', "'''\n[[not.a.table]]\nkey = 1\n'''", '"""\nx = "1"\\" # y\n"""', "[1,\n # ]\n 2]",
    "{ a = 1, b = { c = '}' } }", '[\n  { a = "]" },\n\n  { a = 2 },\n]', "2026-01-01T00:00:00Z", "'\\'", '"\\""',
]  # fmt: skip
KEYS = ["a", "b-1", '"q u o"', "'lit'", "c . d", 'e."f.g"']


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["[[one]]", "[[ two ]] # [[no]]", "[[one.sub]]"]),
            st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=4),
            st.sampled_from(["", "\n", "# comment [x]\n", "   \t\n\n"]),
        ),
        max_size=8,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_lines_are_those_of_the_text(parts: list[tuple[str, dict[str, str], str]], newline: str) -> None:
    """Each key of a made-up document is found in the line in which it was written."""
    text, wanted, counts = "top = 0\n", {("top",): 1}, {"one": -1, "two": -1, "sub": -1}
    for header, pairs, gap in parts:
        if header == "[[one.sub]]" and counts["one"] < 0:
            continue
        text += gap
        line = text.count("\n") + 1
        text += header + "\n"
        path = _enter(header, counts)
        wanted[path] = line
        for key, value in pairs.items():
            wanted[path + tuple(k.strip("\"' ") for k in _split(key))] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    text = text.replace("\n", newline)
    tomllib.loads(text)
    found = lines_of(text)
    assert {path: found.get(path) for path in wanted} == wanted


def _enter(header: str, counts: dict[str, int]) -> tuple[str | int, ...]:
    if header == "[[one.sub]]":
        counts["sub"] += 1
        return ("one", counts["one"], "sub", counts["sub"])
    name = "two" if "two" in header else "one"
    counts[name] += 1
    if name == "one":
        counts["sub"] = -1
    return (name, counts[name])


def _split(key: str) -> list[str]:
    return ["e", "f.g"] if key.startswith("e") else key.split(".")


def test_elements_of_arrays_have_their_own_lines() -> None:
    """The second inline table of a list is found where it stands; what is in it has its line."""
    text = "[[p]]\nband = [ # {\n  {a = 1},\n  {a = '{',\tb = [{}]}, {a = 3},\n]\nnext = 1\n"
    found = lines_of(text)
    assert [found["p", 0, "band", n] for n in range(3)] == [3, 4, 4]
    assert found["p", 0, "next"] == 6
    assert line_of(found, ("p", 0, "band", 1, "b", 0)) == 4
    assert line_of(found, ("nowhere",)) == 1
    assert line_of(found, ("p", 0, "missing")) == 1
