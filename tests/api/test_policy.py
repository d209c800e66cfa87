"""The policy: one table of who may do what, tried in full."""

from __future__ import annotations

import pytest

from api.policy import ACTS, Act, Resource, Verdict, decide
from registry.nouns import Principal, Role

OWN = {
    Role.CUSTOMER: (
        Principal("key:1", Role.CUSTOMER, customer="c1"),
        Resource(customers=frozenset({"c1", "c2"})),
    ),
    Role.GATEWAY: (Principal("key:2", Role.GATEWAY, gateway="g1"), Resource(gateway="g1")),
}
FOREIGN = [Resource(), Resource(customers=frozenset({"c2"}), gateway="g2")]


def test_without_a_key_nothing_is_allowed() -> None:
    """Nobody may do nothing."""
    assert {decide(None, act, resource) for act in Act for resource in (None, *FOREIGN)} == {Verdict.NOBODY}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_its_line_says(role: Role, act: Act) -> None:
    """What is not in a role's line is refused whatever it is asked of."""
    principal = OWN[role][0] if role in OWN else Principal("key:3", role)
    listed = act in ACTS[role]
    assert decide(principal, act) is (Verdict.ALLOWED if listed else Verdict.NOT_THIS_ROLE)
    if not listed:
        assert {decide(principal, act, resource) for resource in FOREIGN} == {Verdict.NOT_THIS_ROLE}


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.GATEWAY])
def test_scoped_roles_see_their_own_only(role: Role) -> None:
    """A thing of somebody else, or of nobody, is as if it did not exist."""
    principal, own = OWN[role]
    for act in ACTS[role]:
        assert decide(principal, act, own) is Verdict.ALLOWED
        assert {decide(principal, act, resource) for resource in FOREIGN} == {Verdict.NOT_YOURS}


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.GATEWAY])
def test_a_scoped_key_without_scope_sees_nothing(role: Role) -> None:
    """A damaged key never matches a thing that is nobody's."""
    for act in ACTS[role]:
        assert decide(Principal("key:9", role), act, Resource()) is Verdict.NOT_YOURS


def test_only_admins_handle_keys() -> None:
    """A key that could make keys could make itself an admin."""
    assert [role for role in Role if Act.MANAGE_KEYS in ACTS[role]] == [Role.ADMIN]


def test_a_viewer_changes_nothing() -> None:
    """Every act of a viewer reads."""
    assert all(act.endswith(".read") for act in ACTS[Role.VIEWER])
