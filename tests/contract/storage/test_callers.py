"""API tokens: only the whole, living token is known, and the store never sees its text again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.domain.errors import InvalidInput
from handoff.domain.tenancy import Caller
from handoff.storage import tables
from handoff.storage.callers import Callers
from tests.builders import NOW
from tests.contract.storage.worlds import DynamoWorld

TOMORROW = NOW + timedelta(days=1)


def a_token(world: DynamoWorld) -> str:
    return Callers(world.table).issue(world.tenant_id, "Kari Nordby", expires_at=TOMORROW)


def test_a_token_names_its_tenant_and_its_holder(dynamo: DynamoWorld) -> None:
    token = a_token(dynamo)
    assert Callers(dynamo.table).find(token, now=NOW) == Caller(dynamo.tenant_id, "Kari Nordby")


def test_a_token_ends_when_it_expires(dynamo: DynamoWorld) -> None:
    token = a_token(dynamo)
    assert Callers(dynamo.table).find(token, now=TOMORROW - timedelta(seconds=1)) is not None
    assert Callers(dynamo.table).find(token, now=TOMORROW) is None


def test_a_token_that_was_withdrawn_is_unknown(dynamo: DynamoWorld) -> None:
    token = a_token(dynamo)
    Callers(dynamo.table).withdraw(token)
    assert Callers(dynamo.table).find(token, now=NOW) is None


@pytest.mark.parametrize(
    "bad", ["", ".", "abc", "tenant", "tenant.", ".secret", "Tenant.secret", "a#b.secret", "t.\ud800", "t." + "x" * 500]
)
def test_what_is_no_token_is_unknown(dynamo: DynamoWorld, bad: str) -> None:
    assert Callers(dynamo.table).find(bad, now=NOW) is None


def test_a_token_with_another_tenant_in_front_is_unknown(dynamo: DynamoWorld) -> None:
    secret = a_token(dynamo).partition(".")[2]
    assert Callers(dynamo.table).find(f"another-tenant.{secret}", now=NOW) is None


def test_a_token_that_is_a_little_wrong_is_unknown(dynamo: DynamoWorld) -> None:
    token = a_token(dynamo)
    for near in (token[:-1], token + "a", token.swapcase(), token.replace(".", ".a")):
        assert Callers(dynamo.table).find(near, now=NOW) is None


def test_the_table_holds_a_hash_and_not_the_token(dynamo: DynamoWorld) -> None:
    token = a_token(dynamo)
    [item] = dynamo.table.query(tables.callers_pk(dynamo.tenant_id))
    assert token.partition(".")[2] not in repr(item)


def test_tokens_are_long_and_never_alike(dynamo: DynamoWorld) -> None:
    tokens = {a_token(dynamo) for _ in range(8)}
    assert len(tokens) == 8
    assert all(len(token.partition(".")[2]) >= 43 for token in tokens)


def test_a_token_for_no_tenant_is_refused(dynamo: DynamoWorld) -> None:
    with pytest.raises(InvalidInput):
        Callers(dynamo.table).issue("A.B", "Kari", expires_at=TOMORROW)
