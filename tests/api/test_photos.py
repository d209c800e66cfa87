"""Photos on tickets: real pictures through the real API; bombs, liars and neighbours get nowhere."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from keepwell.backup import back_up, restore
from keepwell.settings import Settings
from keepwell.wiring.photos import looked_at
from store import events
from tests.api.conftest import World


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 32), **more: Any) -> bytes:
    """Red on the left, blue on the right, as a file."""
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def with_place() -> bytes:
    """Taken in Wuhan with a telephone lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90°
    exif[0x010F] = "Telephone Works"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 34.0, 30.0), 3: "E", 4: (114.0, 16.0, 30.0)})
    return picture(exif=exif)


def send(world: World, content: bytes, who: str = "engineer", number: int = 1, **more: Any) -> Any:
    """A photo for a ticket."""
    headers = {"Content-Type": "image/jpeg", **more.pop("headers", {})}
    return world.ask(
        "POST", f"/api/v1/tickets/{number}/photos", who, content=content, headers=headers, params=more
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_and_shown_as_nothing_but_a_picture(world: World, kind: str) -> None:
    """Whatever it was sent as: a JPEG under strict headers, with a thumbnail, its hash in the history."""
    sent = picture(kind)
    made = send(world, sent, caption="seal")
    assert made.status_code == 201, made.text
    view = made.json()
    assert view["original_sha256"] == hashlib.sha256(sent).hexdigest()
    answer = world.ask("GET", view["content"])
    assert hashlib.sha256(answer.content).hexdigest() == view["sha256"]
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    with Image.open(io.BytesIO(world.ask("GET", view["thumbnail"]).content)) as small:
        assert max(small.size) <= 320
    with world.database.reading() as connection:
        (event,) = [e for e in events.since(connection, 0) if e.act == "photographed"]
    assert isinstance(event.new, dict)
    assert (event.new["sha256"], event.new["photo"]) == (view["sha256"], view["id"])
    again = world.ask("GET", view["content"], headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_where_it_was_taken_stays_with_who_took_it(world: World) -> None:
    """No metadata survives; but what stood on its side stands upright."""
    view = send(world, with_place()).json()
    content = world.ask("GET", view["content"]).content
    assert b"Telephone Works" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert not kept.getexif()
        assert kept.size == (32, 64) == (view["width"], view["height"])
        red, _, blue = kept.getpixel((16, 4))  # type: ignore[misc]
        assert red > 200 > blue


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be as large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a" + bytes(100), b"<svg onload=alert(1)>", b"<html>", picture()[:100], b"\xff\xd8\xff" + bytes(999),
        b"RIFF....AVI " + bytes(99), b"\x89PNG\r\n\x1a\n" + bytes(99), bomb(60_000, 60_000), bomb(8_000, 8_000), bomb(0, 5),
        picture("GIF"), picture("BMP"), picture("TIFF"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(world: World, content: bytes) -> None:
    """By its contents, whatever it says it is; nothing is kept of it."""
    answer = send(world, content)
    assert answer.status_code == 422, answer.text
    assert world.get("/tickets/1/photos").json()["items"] == []
    assert not list((world.folder / "photos").glob("*"))


def test_too_large_is_refused_before_it_is_read(world: World) -> None:
    """Eight megabytes and no byte more."""
    assert send(world, b"\xff\xd8\xff" + bytes(8 << 20)).status_code == 413


def test_markup_behind_a_picture_is_gone(world: World) -> None:
    """A file that is a picture and a page at once is only a picture afterwards."""
    view = send(world, picture() + b"<script>alert(1)</script>").json()
    assert b"script" not in world.ask("GET", view["content"]).content


def test_sent_again_it_is_there_once(world: World) -> None:
    """With an Idempotency-Key; without one it is another photo of the same file."""
    key = {"Idempotency-Key": "waited-1"}
    first, second = (send(world, picture(), headers=key).json() for _ in range(2))
    assert first == second
    send(world, picture())
    assert len(world.get("/tickets/1/photos").json()["items"]) == 2
    assert len(list((world.folder / "photos").glob("*.jpg"))) == 2
    assert send(world, picture("PNG"), headers=key).status_code == 422


def test_a_photo_that_waited_has_both_times(world: World) -> None:
    """Taken when it was taken, received now; not in the future, and not last week."""
    view = send(world, picture(), taken="2026-11-21T08:30:00Z").json()
    assert (view["taken"], view["received"]) == ("2026-11-21T08:30:00Z", "2026-11-21T10:01:00Z")
    for taken in ("2026-11-21T11:00:00Z", "2026-11-18T10:00:00Z"):
        assert send(world, picture(), taken=taken).status_code == 422


def test_customers_see_what_is_marked_for_them_and_nothing_of_each_other(world: World) -> None:
    """The desk's photos stay inside unless they are public; a customer's own are its own, without names."""
    inside = send(world, picture()).json()
    shown = send(world, picture("PNG", (20, 20)), public=True).json()
    own = send(world, picture("JPEG", (30, 30)), "c1").json()
    assert own["public"]
    listed = world.get("/tickets/1/photos", "c1").json()["items"]
    assert {one["id"] for one in listed} == {shown["id"], own["id"]}
    assert "engineer" not in str(listed)
    assert world.ask("GET", shown["content"], "c1").status_code == 200
    assert world.ask("GET", inside["content"], "c1").status_code == 404
    assert world.ask("GET", inside["thumbnail"], "c1").status_code == 404
    for what in (shown["content"], own["thumbnail"]):
        assert world.ask("GET", what, "c2").status_code == 404
    assert world.get("/tickets/1/photos", "c2").status_code == 404
    assert send(world, picture(), "c2").status_code == 404
    assert send(world, picture(), "viewer").status_code == 403
    told = [e["act"] for e in world.get("/events", "c1", params={"limit": 1000}).json()["items"]]
    assert told.count("photographed") == 2
    elsewhere = shown["content"].replace("KW-000001", "KW-000002")
    assert world.ask("GET", elsewhere, "c2").status_code == 404


def test_photos_are_in_the_backup_and_a_lost_one_is_named(world: World, tmp_path: Path) -> None:
    """What comes back is what was kept; a file that was changed is found by its hash and shown to nobody."""
    view = send(world, picture()).json()
    (service,) = world.folder.rglob("service*.sqlite")
    settings = Settings(data=service.parent)
    if not settings.photos.exists():
        (world.folder / "photos").rename(settings.photos)
    back_up(settings, tmp_path / "copy", world.now_us)
    other = Settings(data=tmp_path / "other")
    other.data.mkdir()
    restore(other, tmp_path / "copy", world.now_us)
    with world.database.reading() as connection:
        assert looked_at(connection, other.photos) == {"kept": 2, "lost": []}
        (other.photos / f"{view['sha256']}.jpg").write_bytes(picture("JPEG", (9, 9)))
        assert looked_at(connection, other.photos) == {"kept": 2, "lost": [view["sha256"]]}
        assert looked_at(connection, tmp_path / "nowhere") is None
    world.app.state.keepwell.services.photos._folder = other.photos
    lost = world.ask("GET", view["content"])
    assert (lost.status_code, lost.json()["code"]) == (503, "not_ready")


def test_a_ticket_has_fifty_photos_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused with the number."""
    monkeypatch.setattr("store.repositories.photos.MOST", 2)
    assert [send(world, picture()).status_code for _ in range(3)] == [201, 201, 422]
