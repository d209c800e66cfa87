"""What changed since somebody looked: sentences about tickets, in both languages, page by page, and only of one's own."""

from __future__ import annotations

from tests.api.conftest import T2, World, finding, raise_findings


def test_since_the_last_look(world: World) -> None:
    """What is new is told once, the latest first, in the reader's language."""
    first = world.get("/changes").json()
    assert {row["ticket"] for row in first["items"]} == {1, 2, 3}
    assert world.get(f"/changes?after={first['newest']}").json()["items"] == []
    raise_findings(world, finding("f-now", "hotter", T2, None))
    (told,) = world.get(f"/changes?after={first['newest']}").json()["items"]
    assert (told["ticket"], told["state"], told["zone"], told["site"]) == (4, "new", "z1", "depot")
    assert told["sentence"].startswith("KW-000004 ")
    assert told["sentence"].endswith(": new")
    chinese = world.get(f"/changes?after={first['newest']}", headers={"Accept-Language": "zh"}).json()
    assert "：" in chinese["items"][0]["sentence"]


def test_page_by_page(world: World) -> None:
    """Each once, in order."""
    found, query = [], ""
    while True:
        page = world.get(f"/changes?limit=1{query}").json()
        found += [row["sequence"] for row in page["items"]]
        if page["next"] is None:
            break
        query = f"&cursor={page['next']}"
    assert found == sorted(set(found), reverse=True)
    assert found == [row["sequence"] for row in world.get("/changes").json()["items"]]


def test_everybody_is_told_of_their_own(world: World) -> None:
    """A customer of its own tickets, without who did it; who reads no tickets of nothing."""
    for who, own in (("c1", {1}), ("c2", {2}), ("carrier", set())):
        items = world.get("/changes", who).json()["items"]
        assert {row["ticket"] for row in items} == own, who
        assert {row["who"] for row in items} <= {None, "system"}
    assert world.get("/changes", "integrator").status_code == 403
