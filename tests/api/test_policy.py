"""The policy: one table of who may do what, tried in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.policy import ACTS, SCOPES, TAKES_UP, Act, Owner, Resource, Scope, Verdict, decide, grants
from api.roles_table import roles_table
from registry.nouns import Principal, Role

OWN = {
    Role.CUSTOMER: Principal("key:1", Role.CUSTOMER, customer="c1"),
    Role.GATEWAY: Principal("key:2", Role.GATEWAY, gateway="g1"),
    Role.KEEPER: Principal("key:3", Role.KEEPER, site="s1"),
    Role.DRIVER: Principal("key:4", Role.DRIVER, carrier="k1"),
    Role.CARRIER: Principal("key:5", Role.CARRIER, carrier="k1"),
}
SHARED = Resource.of(
    *(Owner(scope, f"{'k' if scope is Scope.CARRIER else scope[0]}{n}") for scope in Scope for n in (1, 2))
)
"""Everybody's own, also each second one's."""
FOREIGN = [
    Resource(),
    Resource.of(*(Owner(scope, f"{'k' if scope is Scope.CARRIER else scope[0]}2") for scope in Scope)),
    Resource.of(
        Owner(Scope.SITE, "c1"),
        Owner(Scope.CUSTOMER, "s1"),
        Owner(Scope.CUSTOMER, "k1"),
        Owner(Scope.CARRIER, "g1"),
    ),
]
"""Nobody's; the others'; those of somebody of another kind with the same key."""


def test_without_a_key_nothing_is_allowed() -> None:
    """Nobody may do nothing."""
    assert {decide(None, act, resource) for act in Act for resource in (None, *FOREIGN)} == {Verdict.NOBODY}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_its_line_says(role: Role, act: Act) -> None:
    """What is not in a role's line is refused whatever it is asked of."""
    principal = OWN.get(role, Principal("key:9", role))
    listed = act in ACTS[role]
    assert decide(principal, act) is (Verdict.ALLOWED if listed else Verdict.NOT_THIS_ROLE)
    if not listed:
        assert {decide(principal, act, resource) for resource in FOREIGN} == {Verdict.NOT_THIS_ROLE}


@pytest.mark.parametrize("role", SCOPES)
def test_scoped_roles_see_their_own_only(role: Role) -> None:
    """A thing of somebody else, or of nobody, is as if it did not exist."""
    principal = OWN[role]
    for act in ACTS[role]:
        assert decide(principal, act, SHARED) is Verdict.ALLOWED
        assert {decide(principal, act, resource) for resource in FOREIGN} == {Verdict.NOT_YOURS}


@pytest.mark.parametrize("role", SCOPES)
def test_a_scoped_key_without_scope_sees_nothing(role: Role) -> None:
    """A damaged key never matches a thing that is nobody's."""
    for act in ACTS[role]:
        assert decide(Principal("key:9", role), act, Resource()) is Verdict.NOT_YOURS


@pytest.mark.parametrize("role", SCOPES)
def test_what_is_nowhere_may_be_taken_up_and_nothing_else(role: Role) -> None:
    """A keeper or driver scans a new thing; it is not read as if it were theirs, and customers take nothing."""
    for act in ACTS[role]:
        takes = act in TAKES_UP and role is not Role.CUSTOMER
        found = decide(OWN[role], act, Resource(free=True))
        assert found is (Verdict.ALLOWED if takes else Verdict.NOT_YOURS)


def test_integrators_know_no_goods() -> None:
    """Devices, gateways, the ledger: nothing that says whose goods are where and how they fare."""
    goods = {
        Act.READ_GOODS,
        Act.READ_READINGS,
        Act.READ_FINDINGS,
        Act.READ_ALARMS,
        Act.READ_TICKETS,
        Act.READ_EVENTS,
        Act.READ_PEOPLE,
    }
    assert not goods & ACTS[Role.INTEGRATOR]
    assert not ACTS[Role.SYSTEM]


def test_a_supervisor_does_what_an_engineer_does_and_more() -> None:
    """Whoever answers for the work can do it; quality decides on goods and certificates."""
    assert ACTS[Role.ENGINEER] < ACTS[Role.SUPERVISOR] < ACTS[Role.ADMIN]
    assert {Act.SET_LOT_STATUS, Act.WRITE_CALIBRATIONS} < ACTS[Role.QUALITY] - ACTS[Role.VIEWER]


def test_only_admins_handle_keys() -> None:
    """A key that could make keys could make itself an admin."""
    assert [role for role in Role if Act.MANAGE_KEYS in ACTS[role]] == [Role.ADMIN]


def test_a_viewer_changes_nothing() -> None:
    """Every act of a viewer reads, but for its own password and sessions."""
    assert all(act.endswith(".read") for act in ACTS[Role.VIEWER] - {Act.OWN_ACCOUNT})


def test_only_admins_handle_users() -> None:
    """Nobody registers people in a role that does what they may not do themselves; who is bound registers nobody."""
    assert [role for role in Role if Act.MANAGE_USERS in ACTS[role]] == [Role.ADMIN]
    for role in Role:
        given = grants(OWN.get(role, Principal("key:9", role)))
        assert all(ACTS[one] <= ACTS[role] for one in given)
        assert Role.SYSTEM not in given
        assert Role.ADMIN not in given or role is Role.ADMIN
        assert not given or role not in SCOPES
    assert Role.ENGINEER in grants(Principal("key:9", Role.SUPERVISOR))


def test_the_table_in_the_documents_is_the_policy() -> None:
    """docs/trust.md shows what holds; `api.roles_table` writes it."""
    page = (Path(__file__).parents[2] / "docs/trust.md").read_text("utf-8")
    shown = page.partition("<!-- roles -->\n")[2].partition("\n<!-- /roles -->")[0]
    assert shown == roles_table()
