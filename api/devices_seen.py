"""Which devices one may know of."""

from __future__ import annotations

from api.guard import may
from api.policy import Act, bound
from api.state import State
from registry.nouns import Principal, RegistrySnapshot


async def visible(state: State, asker: Principal, snapshot: RegistrySnapshot) -> frozenset[str]:
    """The keys of the devices whose technical side the asker may see."""
    keys = frozenset(device.key for device in snapshot.devices)
    if not bound(asker):
        return keys
    ownership = await state.ownership()
    return frozenset(k for k in keys if may(asker, Act.READ_REGISTRY, ownership.of_object("device", k)))
