"""Requests to one DynamoDB table, and what their answers mean for us.

A condition that failed is Stale: somebody was faster. Everything else that AWS refuses goes up as it
came, with AWS's own code. Reads are consistent. botocore repeats what failed on the way; here only the
parts of a batch that DynamoDB left undone are asked for again, a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from handoff.domain.errors import Stale, Unreachable
from handoff.storage.tables import INDEX

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        BatchStatementRequestTypeDef,
        QueryInputTypeDef,
        UpdateItemInputTypeDef,
    )

    Value = AttributeValueTypeDef
    Item = dict[str, Value]

READS_PER_REQUEST = 100
"""BatchGetItem takes no more keys."""
WRITES_PER_REQUEST = 25
"""BatchExecuteStatement takes no more statements."""
ROUNDS_MAX = 4
"""How often the undone rest of a batch is asked for."""

# Of a statement in a batch: somebody was faster, or is writing this item at this moment.
_LOST = frozenset({"ConditionalCheckFailed", "DuplicateItem", "TransactionConflict"})
_BUSY = frozenset({"ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingError", "InternalServerError"})
_LOST_REQUEST = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})

T = TypeVar("T")


def chunks(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The things in runs of at most `size`."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def text(value: str) -> Value:
    """A string as DynamoDB takes it."""
    return {"S": value}


def number(value: int) -> Value:
    """A whole number as DynamoDB takes it."""
    return {"N": str(value)}


def revision_of(item: Item) -> int:
    """The revision an item was written with."""
    return int(item["n"]["N"])


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `client` is a low-level client and may be shared by threads."""

    client: DynamoDBClient
    name: str

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, or None."""
        return self.client.get_item(TableName=self.name, Key=_key(pk, sk), ConsistentRead=True).get("Item")

    def get_many(self, pk: str, sks: Iterable[str]) -> Iterator[Item]:
        """Those items of a partition that exist, in no order."""
        for some in chunks(list(dict.fromkeys(sks)), READS_PER_REQUEST):
            left: Sequence[Mapping[str, Value]] = [_key(pk, sk) for sk in some]
            for _ in range(ROUNDS_MAX):
                answer = self.client.batch_get_item(RequestItems={self.name: {"Keys": left, "ConsistentRead": True}})
                yield from answer["Responses"].get(self.name, [])
                undone = answer.get("UnprocessedKeys", {}).get(self.name)
                left = undone["Keys"] if undone else []
                if not left:
                    break
            else:
                raise _busy("BatchGetItem")

    def query(
        self,
        pk: str,
        prefix: str = "",
        *,
        of_index: bool = False,
        descending: bool = False,
        where: tuple[str, Collection[str]] | None = None,
        start: Item | None = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """The items whose sort key (or index key) begins with `prefix`, page after page.

        The index gives keys only. `where` names an attribute and the texts it may have; `limit` is the
        size of a page as DynamoDB counts it, and a hint only: the iteration goes on to the end.
        """
        asked = self._query(pk, prefix, "ix" if of_index else "sk", where)
        if of_index:
            asked["IndexName"] = INDEX
        asked["ScanIndexForward"] = not descending
        if limit is not None:
            asked["Limit"] = limit
        while True:
            if start is not None:
                asked["ExclusiveStartKey"] = start
            answer = self.client.query(**asked)
            yield from answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return

    def _query(self, pk: str, prefix: str, sort: str, where: tuple[str, Collection[str]] | None) -> QueryInputTypeDef:
        values: Item = {":pk": text(pk)}
        condition = "pk = :pk"
        if prefix:
            condition += f" AND begins_with({sort}, :prefix)"
            values[":prefix"] = text(prefix)
        asked: QueryInputTypeDef = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ConsistentRead": True,
        }
        if where is not None:
            names = {f":w{place}": text(value) for place, value in enumerate(sorted(where[1]))}
            asked["FilterExpression"] = f"#w IN ({', '.join(names)})"
            asked["ExpressionAttributeNames"] = {"#w": where[0]}
            values |= names
        asked["ExpressionAttributeValues"] = values
        return asked

    def insert(self, item: Item) -> None:
        """Writes an item that must not exist; raises Stale."""
        with lost_as_stale():
            self.client.put_item(TableName=self.name, Item=item, ConditionExpression="attribute_not_exists(pk)")

    def replace(self, item: Item, *, revision: int) -> None:
        """Writes an item over the one with that revision (0: over none); raises Stale."""
        if revision == 0:
            self.insert(item)
            return
        with lost_as_stale():
            self.client.put_item(
                TableName=self.name,
                Item=item,
                ConditionExpression="#n = :n",
                ExpressionAttributeNames={"#n": "n"},
                ExpressionAttributeValues={":n": number(revision)},
            )

    def put(self, item: Item) -> None:
        """Writes an item whatever was there: for items that are named by their content."""
        self.client.put_item(TableName=self.name, Item=item)

    def update(
        self,
        pk: str,
        sk: str,
        change: str,
        *,
        names: Mapping[str, str],
        values: Item,
        condition: str = "",
    ) -> Item:
        """Changes an item in place (or makes it, when no condition forbids) and returns it; raises Stale."""
        asked: UpdateItemInputTypeDef = {
            "TableName": self.name,
            "Key": _key(pk, sk),
            "UpdateExpression": change,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
        }
        if condition:
            asked["ConditionExpression"] = condition
        with lost_as_stale():
            return self.client.update_item(**asked)["Attributes"]

    def delete(self, pk: str, sk: str, *, condition: str | None = None) -> None:
        """Removes an item, which may be gone already; raises Stale when the condition does not hold."""
        with lost_as_stale():
            if condition is None:
                self.client.delete_item(TableName=self.name, Key=_key(pk, sk))
            else:
                self.client.delete_item(TableName=self.name, Key=_key(pk, sk), ConditionExpression=condition)

    def insert_and_replace(self, inserted: Item, replaced: Item, *, revision: int) -> None:
        """Writes a new item and one over the revision read, both or none; raises Stale."""
        with lost_as_stale():
            self.client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self.name,
                            "Item": replaced,
                            "ConditionExpression": "#n = :n",
                            "ExpressionAttributeNames": {"#n": "n"},
                            "ExpressionAttributeValues": {":n": number(revision)},
                        }
                    },
                    {
                        "Put": {
                            "TableName": self.name,
                            "Item": inserted,
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ]
            )

    def insert_many(self, items: Sequence[Item]) -> set[int]:
        """Writes items that must not exist, each by itself; returns the places of those that did.

        All items have the same attributes, and none is there twice. PartiQL is the one way to many
        conditional writes in a request: a batch of puts takes no conditions, a transaction costs double and
        fails as a whole.
        """
        if not items:
            return set()
        names = list(items[0])
        fields = ", ".join(f"'{name}': ?" for name in names)
        statement = f'INSERT INTO "{self.name}" VALUE {{{fields}}}'
        return self._execute(statement, [[item[name] for name in names] for item in items])

    def update_many(self, items: Sequence[Item], *, revisions: Sequence[int]) -> set[int]:
        """Sets the attributes of items on the revisions read; returns the places of those that were stale.

        No item may be there twice: DynamoDB refuses such a batch, and the local one does not.
        """
        if not items:
            return set()
        names = [name for name in items[0] if name not in ("pk", "sk")]
        changes = " ".join(f'SET "{name}" = ?' for name in names)
        statement = f'UPDATE "{self.name}" {changes} WHERE "pk" = ? AND "sk" = ? AND "n" = ?'
        values = [
            [*(item[name] for name in names), item["pk"], item["sk"], number(revision)]
            for item, revision in zip(items, revisions, strict=True)
        ]
        return self._execute(statement, values)

    def _execute(self, statement: str, parameters: Sequence[Sequence[Value]]) -> set[int]:
        """Runs one statement many times; returns the places of those that lost."""
        lost: set[int] = set()
        for places in chunks(range(len(parameters)), WRITES_PER_REQUEST):
            left: Sequence[int] = places
            for _ in range(ROUNDS_MAX):
                left = self._execute_some(statement, parameters, left, lost)
                if not left:
                    break
            else:
                raise _busy("BatchExecuteStatement")
        return lost

    def _execute_some(
        self, statement: str, parameters: Sequence[Sequence[Value]], places: Sequence[int], lost: set[int]
    ) -> list[int]:
        asked: list[BatchStatementRequestTypeDef] = [
            {"Statement": statement, "Parameters": parameters[place]} for place in places
        ]
        answer = self.client.batch_execute_statement(Statements=asked)
        undone = []
        for place, said in zip(places, answer["Responses"], strict=True):
            error = said.get("Error")
            if error is None:
                continue
            code = error.get("Code", "")
            if code in _LOST:
                lost.add(place)
            elif code in _BUSY:
                undone.append(place)
            else:
                raise ClientError(
                    {"Error": {"Code": code, "Message": error.get("Message", "")}}, "BatchExecuteStatement"
                )
        return undone


def _key(pk: str, sk: str) -> Item:
    return {"pk": text(pk), "sk": text(sk)}


def _busy(operation: str) -> Unreachable:
    """The store asks for time: the step is repeated in a while, which is longer than any pause in here could be."""
    return Unreachable(f"the store left a part of {operation} undone {ROUNDS_MAX} times", code="store_busy")


@contextmanager
def lost_as_stale() -> Iterator[None]:
    """Turns a failed condition, and a transaction that met another one, into Stale."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
        if code in _LOST_REQUEST or reasons & _LOST:
            raise Stale("somebody else has changed it since it was read") from error
        raise
