"""What goes over the wire about photos on tickets."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class PhotoView(msgspec.Struct, frozen=True):
    """A photo of a ticket."""

    id: str
    taken: TimeText
    """When it was taken, as who sent it says."""
    received: TimeText
    by: str | None
    """null where names are none of the reader's business."""
    caption: str
    public: bool
    """The customer concerned sees it."""
    width: int
    height: int
    size_bytes: int
    sha256: str
    """Of the picture as it is kept; it stands in the history as well."""
    original_sha256: str
    """Of the file as it was sent."""
    content: str
    """Where the picture is."""
    thumbnail: str


class PhotosView(msgspec.Struct, frozen=True):
    """The photos of a ticket, in the order in which they came."""

    items: list[PhotoView]
