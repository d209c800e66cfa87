"""The examples of the OpenAPI document about photos."""

from __future__ import annotations

from typing import Any

_AT = "/api/v1/tickets/KW-000042/photos/0199d1a2-7c00-7000-8000-000000000061"
PHOTO: dict[str, Any] = {
    "id": "0199d1a2-7c00-7000-8000-000000000061", "taken": "2026-11-21T10:00:00Z", "received": "2026-11-21T12:03:10Z",
    "by": "person:li-na", "caption": "the seal of the door", "public": False, "width": 3024, "height": 4032,
    "size_bytes": 1482113, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "original_sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "content": f"{_AT}/content", "thumbnail": f"{_AT}/thumbnail",
}  # fmt: skip
PHOTOS: dict[str, Any] = {"items": [PHOTO]}
