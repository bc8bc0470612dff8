"""The two tables: every key, every attribute, and the reason for both. Keys are built here and nowhere else.

    main table         pk                                   sk                        ix (LSI by_index)
    ─────────────────  ───────────────────────────────────  ────────────────────────  ─────────────────────────
    record, newest     {tenant}#{integration}#records#{fl}  R#{external id}           R#{period}#{external id}
    record, older      {tenant}#{integration}#records#{fl}  V#{external id}#{version} V#{period}#{id}#{version}
    agenda             {tenant}#{integration}#agenda#{fl}   {instant}#{digest}        -
    posting            {tenant}#{integration}#postings      P#{key}                   open|rest#{period}#{key}
    posting's lines    {tenant}#{integration}#postings      L#{key}#{digest}#{part}   -
    problem            {tenant}#{integration}#problems      {problem}#{shard}         -
    reference data     {tenant}#{integration}#reference     {kind}#[{digest}#{part}]  -
    pass state         {tenant}#{integration}#pass          STATE[#{flow}]            -
    census             {tenant}#{integration}#census        P#{flow}#{period}         -
    belief             {tenant}#{integration}#census        B#{flow}#{problem}        -
    told notices       {tenant}#{integration}#notices       STATE                     -
    run                {tenant}#{integration}#runs          R#{run}                   -
    preview of a run   {tenant}#{integration}#runs          V#{run}#{part}            -
    reconciliation     {tenant}#{integration}#reconciliations  R#{flow}#{period}      -
    its account        {tenant}#{integration}#reconciliations  V#{flow}#{period}#{digest}#{part}  -
    link               {tenant}#{integration}#links         L#{flow}#{external id}     -
    its number         {tenant}#{integration}#links         N#{flow}#{number}          -
    sighting           {tenant}#{integration}#sightings#{fl}  {side}#{id}             open|rest#{side}#{id}
    round trip         {tenant}#{integration}#trips         T#{flow}#{external id}     open|rest#{flow}#{id}
    settings           {tenant}#{integration}#settings      S#{version}               -
    tenant             {tenant}#tenant                      T                         -
    connection         {tenant}#tenant                      C#{connection}            -
    integration        {tenant}#tenant                      I#{integration}           -
    webhook address    {tenant}#hooks                       H#{hook}                  -
    webhook event      {tenant}#{integration}#events        E#{received at}#{request} -
    one with an id     {tenant}#{integration}#events        V#{the vendor's id}       -
    invitation         {tenant}#invitations                 {sha256 of the ticket}    -
    API token          {tenant}#callers                     {sha256 of the token}     -
    schedule           #due#{shard}                         {tenant}#{integration}    -

    grants table       pk                                   sk
    ─────────────────  ───────────────────────────────────  ────────────────────────
    grant              {tenant}#{connection}                GRANT

Every key begins with its tenant, so that a store cannot reach another one's items and a policy can be
tied to a key's beginning. The schedule is the one exception: it is read before a tenant is known, holds
ids only, and its `#` can't begin a tenant's id.

Attributes have one letter, since an item is billed by the KB and a record is written four times:

    n  revision: counts writes, every save is conditional on the one that was read
    s  state           d  document, JSON as text (or compressed, when it is long)
    g  digest of the parts that belong to an item          k  how many parts there are
    expires_at         when DynamoDB may delete it (runs, previews, reconciliations, events,
                       invitations), in seconds since 1970

The index holds keys only: a record's period never changes within a version, so its four writes touch the
index once, and reading by period costs what DynamoDB's own look-up behind the index would have cost.
A partition with an index ends at 10 GB: ten million records of one flow of one integration.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b

from handoff.domain.errors import InvalidInput
from handoff.domain.periods import Period

INDEX = "by_index"
DUE_SHARDS = 4
"""Partitions of the schedule; each is one request for whoever reads all of it."""
PROBLEM_SHARDS = 4
"""Items that share one problem's record ids: 400 KB each, so a cause may stand before 100,000 records."""

PART_BYTES_MAX = 200
"""A sort key has room for 1,024 bytes."""

_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def tenant_part(tenant_id: str) -> str:
    """The tenant id, checked; raises InvalidInput for what could not be one."""
    if not _TENANT.fullmatch(tenant_id):
        raise InvalidInput(
            "a tenant's id has up to 40 small letters, digits, - and _", code="bad_id", field="tenant_id"
        )
    return tenant_id


def part(text: str, field: str) -> str:
    """A part of a key, checked: nothing a caller names may reach into another key."""
    if not text or "#" in text or len(text.encode()) > PART_BYTES_MAX:
        raise InvalidInput(f"'{text[:40]}' can't be the id of anything here", code="bad_id", field=field)
    return text


def _foreign(external_id: str) -> str:
    """A vendor's id as part of a key: any text, reversibly without `#`."""
    if not external_id or len(external_id.encode()) > PART_BYTES_MAX:
        raise InvalidInput("no record can have such an id", code="bad_id", field="external_id")
    return external_id.replace("%", "%25").replace("#", "%23")


def _native(text: str) -> str:
    return text.replace("%23", "#").replace("%25", "%")


def integration_pk(tenant_id: str, integration_id: str, what: str) -> str:
    """The partition of one kind of item of one integration."""
    return f"{tenant_part(tenant_id)}#{part(integration_id, 'integration_id')}#{what}"


def records_pk(tenant_id: str, integration_id: str, flow: str) -> str:
    """The partition of a flow's records."""
    return integration_pk(tenant_id, integration_id, f"records#{part(flow, 'flow')}")


def agenda_pk(tenant_id: str, integration_id: str, flow: str) -> str:
    """The partition of what the post step has to look at in a flow."""
    return integration_pk(tenant_id, integration_id, f"agenda#{part(flow, 'flow')}")


def tenant_pk(tenant_id: str) -> str:
    """The partition of a tenant with its connections and integrations."""
    return f"{tenant_part(tenant_id)}#tenant"


def callers_pk(tenant_id: str) -> str:
    """The partition of a tenant's API tokens."""
    return f"{tenant_part(tenant_id)}#callers"


def invitations_pk(tenant_id: str) -> str:
    """The partition of a tenant's invitations."""
    return f"{tenant_part(tenant_id)}#invitations"


def hooks_pk(tenant_id: str) -> str:
    """The partition of a tenant's webhook addresses."""
    return f"{tenant_part(tenant_id)}#hooks"


def hook_sk(hook_id: str) -> str:
    """A webhook address."""
    return f"H#{part(hook_id, 'hook_id')}"


EVENTS = "E#"
NAMED_EVENTS = "V#"


def events_pk(tenant_id: str, integration_id: str) -> str:
    """The partition of an integration's webhook events."""
    return integration_pk(tenant_id, integration_id, "events")


def event_sk(at: datetime, event_id: str) -> str:
    """A webhook event; sorts by when it came in."""
    return f"{EVENTS}{at.isoformat(timespec='milliseconds')}#{part(event_id, 'event_id')}"


def named_event_sk(event_id: str) -> str:
    """A webhook event that its vendor gives an id to: the same one again is the same item, whenever it comes."""
    return f"{NAMED_EVENTS}{part(event_id, 'event_id')}"


def grant_pk(tenant_id: str, connection_id: str) -> str:
    """The partition of one connection's grant."""
    return f"{tenant_part(tenant_id)}#{part(connection_id, 'connection_id')}"


GRANT_SK = "GRANT"

HEADS = "R#"
"""What the sort keys and index keys of newest versions begin with."""
ARCHIVE = "V#"
"""What the sort keys and index keys of older versions begin with."""


def head_sk(external_id: str) -> str:
    """A record's newest version."""
    return HEADS + _foreign(external_id)


def archive_prefix(external_id: str) -> str:
    """What the sort keys of one record's older versions begin with."""
    return f"{ARCHIVE}{_foreign(external_id)}#"


def archive_sk(external_id: str, version: int) -> str:
    """An older version of a record; sorts by version."""
    return f"{archive_prefix(external_id)}{version:06}"


def external_id_of(sk: str) -> str:
    """The vendor's id in a record's sort key."""
    return _native(sk.split("#")[1])


def head_ix(period: Period, external_id: str) -> str:
    """The index key of a newest version."""
    return f"{HEADS}{period}#{_foreign(external_id)}"


def archive_ix(period: Period, external_id: str, version: int) -> str:
    """The index key of an older version."""
    return f"{ARCHIVE}{period}#{_foreign(external_id)}#{version:06}"


def head_sk_of_ix(ix: str) -> str:
    """The sort key that belongs to a newest version's index key."""
    return HEADS + ix.split("#")[2]


def period_of_ix(ix: str) -> Period:
    """The period in the index key of any version of a record."""
    return Period(ix.split("#")[1])


POSTINGS = "P#"
"""What the sort keys of postings begin with; their lines lie elsewhere in the partition."""
OPEN, REST = "open#", "rest#"
"""What the index keys of postings begin with that a pass takes up first, and of all others."""


def posting_sk(key: str) -> str:
    """A posting."""
    return POSTINGS + part(key, "key")


def posting_ix(*, is_open: bool, period: Period, key: str) -> str:
    """The index key of a posting."""
    return f"{OPEN if is_open else REST}{period}#{key}"


def lines_sk(key: str, digest: str, number: int) -> str:
    """A part of a posting's lines; named by what they are, so that a part is written once and never changed."""
    return f"L#{part(key, 'key')}#{digest}#{number:03}"


def problem_prefix(problem_id: str) -> str:
    """What the sort keys of one problem's items begin with."""
    return part(problem_id, "problem_id") + "#"


def problem_sk(problem_id: str, external_id: str | None) -> str:
    """The item that holds a record's id; the first one stands for a cause without records."""
    shard = 0 if external_id is None else blake2b(external_id.encode(), digest_size=1).digest()[0] % PROBLEM_SHARDS
    return f"{problem_prefix(problem_id)}{shard}"


def reference_sk(kind: str, part_name: str = "") -> str:
    """One kind of reference data, or a further part of it, named by what it holds."""
    return f"{kind}#{part_name}"


STATE_SK = "STATE"


def state_sk(flow: str) -> str:
    """The sort key of what runs remember: of all flows together, or of one that has runs of its own."""
    return f"{STATE_SK}#{flow}" if flow else STATE_SK


def census_prefix(flow: str) -> str:
    """What the sort keys of a flow's censuses begin with; they sort by period."""
    return f"P#{part(flow, 'flow')}#"


def census_sk(flow: str, period: Period) -> str:
    """The census of a period."""
    return f"{census_prefix(flow)}{period}"


def belief_prefix(flow: str) -> str:
    """What the sort keys of a flow's beliefs begin with."""
    return f"B#{part(flow, 'flow')}#"


def belief_sk(flow: str, problem_id: str) -> str:
    """A person's word on a problem."""
    return f"{belief_prefix(flow)}{part(problem_id, 'problem_id')}"


def last_part(sk: str) -> str:
    """The end of a sort key: a census's period, the problem of a belief."""
    return sk.rsplit("#", 1)[1]


def run_sk(run_id: str) -> str:
    """A run."""
    return f"R#{part(run_id, 'run_id')}"


def preview_sk(run_id: str, number: int) -> str:
    """A part of what a preview showed."""
    return f"V#{part(run_id, 'run_id')}#{number:03}"


RECONCILIATIONS = "R#"
"""What the sort keys of kept reconciliations begin with; their accounts lie elsewhere in the partition."""


def reconciliation_sk(flow: str, period: Period) -> str:
    """The newest reconciliation of a flow's period."""
    return f"{RECONCILIATIONS}{part(flow, 'flow')}#{part(period, 'period')}"


def account_sk(flow: str, period: Period, digest: str, number: int) -> str:
    """A part of a reconciliation's account, named by what it holds."""
    return f"V#{part(flow, 'flow')}#{part(period, 'period')}#{digest}#{number:03}"


def sightings_pk(tenant_id: str, integration_id: str, flow: str) -> str:
    """The partition of a flow's sightings."""
    return integration_pk(tenant_id, integration_id, f"sightings#{part(flow, 'flow')}")


def sighting_prefix(side: str) -> str:
    """What the sort keys of one side's sightings begin with."""
    return f"{part(side, 'side')}#"


def sighting_sk(side: str, object_id: str) -> str:
    """One side's object."""
    return sighting_prefix(side) + _foreign(object_id)


def sighting_of(sk: str) -> tuple[str, str]:
    """The side and the id that a sighting is kept under."""
    side, _, object_id = sk.partition("#")
    return side, _native(object_id)


def link_prefix(flow: str) -> str:
    """What the sort keys of a flow's links begin with."""
    return f"L#{part(flow, 'flow')}#"


def link_sk(flow: str, external_id: str) -> str:
    """The link of an object in the time tool."""
    return link_prefix(flow) + _foreign(external_id)


def link_number_sk(flow: str, number: int) -> str:
    """Which object of the time tool has a number in the ERP."""
    return f"N#{part(flow, 'flow')}#{number}"


def trip_sk(flow: str, external_id: str) -> str:
    """The round trip of an invoice."""
    return f"T#{_trip(flow, external_id)}"


def trip_ix(flow: str, external_id: str, *, is_open: bool) -> str:
    """The index key of a round trip."""
    return f"{OPEN if is_open else REST}{_trip(flow, external_id)}"


def open_trips(flow: str) -> str:
    """What the index keys of a flow's open round trips begin with."""
    return f"{OPEN}{part(flow, 'flow')}#"


def _trip(flow: str, external_id: str) -> str:
    return f"{part(flow, 'flow')}#{_foreign(external_id)}"


SETTINGS = "S#"


def settings_sk(version: int) -> str:
    """A version of an integration's settings; sorts by version."""
    return f"{SETTINGS}{version:06}"


TENANT_SK = "T"
CONNECTIONS, INTEGRATIONS = "C#", "I#"


def connection_sk(connection_id: str) -> str:
    """A connection."""
    return CONNECTIONS + part(connection_id, "connection_id")


def integration_sk(integration_id: str) -> str:
    """An integration."""
    return INTEGRATIONS + part(integration_id, "integration_id")


def due_pk(shard: int) -> str:
    """A partition of the schedule."""
    return f"#due#{shard}"


def due_shard(tenant_id: str, integration_id: str) -> int:
    """The part of the schedule an integration stands in."""
    return blake2b(f"{tenant_id}#{integration_id}".encode(), digest_size=1).digest()[0] % DUE_SHARDS


def due_sk(tenant_id: str, integration_id: str) -> str:
    """An integration in the schedule."""
    return f"{tenant_part(tenant_id)}#{part(integration_id, 'integration_id')}"
