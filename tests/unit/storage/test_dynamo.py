"""What DynamoDB leaves undone is asked for again, so many times and no more; what it refuses goes up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from handoff.domain.errors import Stale, Unreachable
from handoff.storage.dynamo import ROUNDS_MAX, Table, number, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from handoff.storage.dynamo import Item


@pytest.fixture
def client() -> DynamoDBClient:
    return boto3.client(
        "dynamodb",
        region_name="eu-north-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )


def items(count: int) -> list[Item]:
    return [{"pk": text("t#x"), "sk": text(str(n)), "n": number(1)} for n in range(count)]


def keys(*sks: str) -> list[Item]:
    return [{"pk": text("t#x"), "sk": text(sk)} for sk in sks]


def undone(*sks: str) -> dict[str, Any]:
    return {"things": {"Keys": keys(*sks), "ConsistentRead": True}} if sks else {}


def said(*codes: str | None) -> dict[str, Any]:
    return {"Responses": [{"Error": {"Code": code, "Message": "m"}} if code else {} for code in codes]}


def test_keys_left_undone_are_asked_for_again(client: DynamoDBClient) -> None:
    found = items(3)
    with Stubber(client) as stub:
        stub.add_response(
            "batch_get_item",
            {"Responses": {"things": found[:1]}, "UnprocessedKeys": undone("1", "2")},
            {"RequestItems": undone("0", "1", "2")},
        )
        stub.add_response(
            "batch_get_item",
            {"Responses": {"things": found[1:]}, "UnprocessedKeys": {}},
            {"RequestItems": undone("1", "2")},
        )
        assert list(Table(client, "things").get_many("t#x", ["0", "1", "2", "0"])) == found
        stub.assert_no_pending_responses()


def test_a_read_that_never_ends_is_given_up(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        for _ in range(ROUNDS_MAX):
            stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": undone("0")})
        with pytest.raises(Unreachable, match="BatchGetItem"):
            list(Table(client, "things").get_many("t#x", ["0"]))
        stub.assert_no_pending_responses()


def statements_of(call: Sequence[int]) -> dict[str, Any]:
    return {"Statements": [{"Statement": ANY, "Parameters": [text("t#x"), text(str(n)), number(1)]} for n in call]}


def test_statements_that_were_throttled_are_sent_again_and_only_they(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        stub.add_response(
            "batch_execute_statement",
            said(None, "ThrottlingError", "DuplicateItem", "ProvisionedThroughputExceeded"),
            statements_of([0, 1, 2, 3]),
        )
        stub.add_response("batch_execute_statement", said("DuplicateItem", None), statements_of([1, 3]))
        assert Table(client, "things").insert_many(items(4)) == {1, 2}
        stub.assert_no_pending_responses()


def test_a_batch_that_is_throttled_for_good_is_given_up(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        for _ in range(ROUNDS_MAX):
            stub.add_response("batch_execute_statement", said("RequestLimitExceeded"))
        with pytest.raises(Unreachable, match="BatchExecuteStatement"):
            Table(client, "things").insert_many(items(1))
        stub.assert_no_pending_responses()


def test_a_statement_that_is_refused_goes_up_with_its_code(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        stub.add_response("batch_execute_statement", said(None, "AccessDenied"))
        with pytest.raises(ClientError) as refusal:
            Table(client, "things").insert_many(items(2))
    assert refusal.value.response["Error"]["Code"] == "AccessDenied"


def test_many_items_are_sent_twenty_five_at_a_time(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        for size in (25, 25, 3):
            stub.add_response("batch_execute_statement", said(*[None] * size))
        assert Table(client, "things").update_many(items(53), revisions=[1] * 53) == set()
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ConditionalCheckFailedException", "TransactionConflictException"])
def test_a_write_that_met_another_one_is_stale(client: DynamoDBClient, code: str) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("put_item", code)
        with pytest.raises(Stale):
            Table(client, "things").insert(items(1)[0])


def test_a_transaction_that_met_another_one_is_stale(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]},
        )
        with pytest.raises(Stale):
            Table(client, "things").insert_and_replace(items(1)[0], items(1)[0], revision=1)


def test_what_is_no_lost_race_goes_up_as_it_came(client: DynamoDBClient) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("put_item", "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDeniedException"):
            Table(client, "things").insert(items(1)[0])
