"""Projects and cost centres, which companies with the plan Solo do not have.

Visma eAccounting API v2, `/projects`, `/costcenters`, `/costcenteritems`: numbers and short names have 9 characters;
there is no DELETE; projects are written with `ea:accounting` only; there are up to three cost centres, whose items
stand in their row, and single items can be read, made and replaced but not listed.
"""

from __future__ import annotations

from sandbox.eaccounting.answers import CONFLICT, Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.models import CENTRE_ITEM, COST_CENTRE, PROJECT
from sandbox.eaccounting.visits import ACCOUNTING, DIMENSION_PLANS, PURCHASE, SALES, Door, Visit, created, reading
from sandbox.wire import Answer

ONGOING, FINISHED = 1, 2
_WRITES = (*ACCOUNTING, *SALES)
_READS = reading(ACCOUNTING, SALES)


def make_project(company: Company, body: Json) -> Json:
    """A new project. Ends the call with 400 or a conflict."""
    return company.projects.put({**_project(company, body, ""), "Id": company.new_id()})


def make_item(company: Company, body: Json) -> Json:
    """A new item of a cost centre. Ends the call with 400 or a conflict."""
    made = {"Id": company.new_id(), "CreatedUtc": company.now()}
    return company.items.put({**_item(company, body, ""), **made})


def _project(company: Company, body: Json, mine: str) -> Json:
    values = read(PROJECT, body)
    other = company.projects.first(Number=values["Number"])
    if other is not None and other["Id"] != mine:
        refuse(f"A project with the number {values['Number']} already exists.", CONFLICT)
    if "CustomerId" in values:
        company.customers.named(values["CustomerId"], "CustomerId")
    if values.setdefault("Status", ONGOING) not in (ONGOING, FINISHED):
        refuse("The field Status must be 1 or 2.")
    if "EndDate" in values and values["EndDate"] < values["StartDate"]:
        refuse("EndDate cannot be before StartDate.")
    return {**values, "ModifiedUtc": company.now()}


def _item(company: Company, body: Json, mine: str) -> Json:
    values = read(CENTRE_ITEM, body)
    company.centres.named(values["CostCenterId"], "CostCenterId")
    other = company.items.first(CostCenterId=values["CostCenterId"], ShortName=values["ShortName"])
    if other is not None and other["Id"] != mine:
        refuse(f"A cost center item with the short name {values['ShortName']} already exists.", CONFLICT)
    return values


def _named(company: Company, row: Json) -> Json:
    customer = company.customers.find(row.get("CustomerId"))
    return {**row, "CustomerName": customer["Name"] if customer is not None else None}


def _with_items(company: Company, row: Json) -> Json:
    items = [written(CENTRE_ITEM, one) for one in company.items.all() if one["CostCenterId"] == row["Id"]]
    return {**row, "Items": items}


def _list(visit: Visit) -> Answer:
    return listed(visit, PROJECT, [_named(visit.company, row) for row in visit.company.projects.all()])


def _get(visit: Visit) -> Answer:
    return Answer(200, written(PROJECT, _named(visit.company, visit.company.projects.get(visit.id()))))


def _post(visit: Visit) -> Answer:
    return created(visit, written(PROJECT, _named(visit.company, make_project(visit.company, visit.body()))))


def _put(visit: Visit) -> Answer:
    company = visit.company
    old = company.projects.get(visit.id())
    row = company.projects.put({**_project(company, visit.body(), old["Id"]), "Id": old["Id"]})
    return Answer(200, written(PROJECT, _named(company, row)))


def _list_centres(visit: Visit) -> Answer:
    return listed(visit, COST_CENTRE, [_with_items(visit.company, row) for row in visit.company.centres.all()])


def _put_centre(visit: Visit) -> Answer:
    company = visit.company
    old = company.centres.get(visit.id())
    row = company.centres.put({**read(COST_CENTRE, visit.body()), "Id": old["Id"], "Number": old["Number"]})
    return Answer(200, written(COST_CENTRE, _with_items(company, row)))


def _get_item(visit: Visit) -> Answer:
    return Answer(200, written(CENTRE_ITEM, visit.company.items.get(visit.id())))


def _post_item(visit: Visit) -> Answer:
    return created(visit, written(CENTRE_ITEM, make_item(visit.company, visit.body())))


def _put_item(visit: Visit) -> Answer:
    company = visit.company
    old = company.items.get(visit.id())
    kept = {"Id": old["Id"], "CreatedUtc": old["CreatedUtc"]}
    return Answer(200, written(CENTRE_ITEM, company.items.put({**_item(company, visit.body(), old["Id"]), **kept})))


DOORS = (
    Door("GET", "/projects", _list, reading(ACCOUNTING, SALES, PURCHASE), DIMENSION_PLANS),
    Door("POST", "/projects", _post, ACCOUNTING, DIMENSION_PLANS),
    Door("GET", "/projects/{id}", _get, reading(ACCOUNTING, SALES, PURCHASE), DIMENSION_PLANS),
    Door("PUT", "/projects/{id}", _put, ACCOUNTING, DIMENSION_PLANS),
    Door("GET", "/costcenters", _list_centres, _READS, DIMENSION_PLANS),
    Door("PUT", "/costcenters/{id}", _put_centre, _WRITES, DIMENSION_PLANS),
    Door("GET", "/costcenteritems/{id}", _get_item, _READS, DIMENSION_PLANS),
    Door("POST", "/costcenteritems", _post_item, _WRITES, DIMENSION_PLANS),
    Door("PUT", "/costcenteritems/{id}", _put_item, _WRITES, DIMENSION_PLANS),
)
