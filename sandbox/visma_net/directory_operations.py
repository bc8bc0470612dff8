"""The API's operations on customers, employees, items and the small lists around them."""

from __future__ import annotations

from sandbox.visma_net import master_data, shapes
from sandbox.visma_net.company import Company
from sandbox.visma_net.house import House, Operation, get
from sandbox.visma_net.listing import Query, bare_whole, unsorted
from sandbox.visma_net.records import AccountGroup, Branch, Customer, Employee, Item
from sandbox.visma_net.resource import Resource
from sandbox.wire import Answer, Call


class DirectoryOperations:
    """Reads and writes of the people, companies and things that documents name."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.customers = Resource[Customer](
            house, "Customer", lambda company: company.customers, lambda row: row.number, shapes.customer
        )
        self.employees = Resource[Employee](
            house, "Employee", lambda company: company.employees, lambda row: row.number, shapes.employee
        )
        self.items = Resource[Item](
            house, "Inventory item", lambda company: company.items, lambda row: row.number, shapes.item
        )
        self.branches = Resource[Branch](
            house,
            "Branch",
            lambda company: company.branches,
            lambda row: row.number,
            shapes.branch,
            cut=bare_whole,
            has_etag=False,
        )
        self.account_groups = Resource[AccountGroup](
            house,
            "Account group",
            lambda company: company.account_groups,
            lambda row: row.group_id,
            shapes.account_group,
            has_etag=False,
        )

    def operations(self) -> list[Operation]:
        """All of them."""
        customers, employees, items = self.customers, self.employees, self.items
        branches, groups = self.branches, self.account_groups
        customer = customers.by_id("customerCd")
        internal_customer = customers.by_internal_id("internalID", lambda row: row.internal_id)
        employee = employees.by_id("employeeCd")
        internal_item = items.by_internal_id("inventoryId", lambda row: row.inventory_id)
        return [
            customers.get_all("/v1/customer", _is_customer_wanted),
            customers.post("/v1/customer", master_data.create_customer),
            customers.get_one("/v1/customer/{customerCd}", customer),
            customers.put("/v1/customer/{customerCd}", customer, master_data.update_customer),
            customers.get_one("/v1/customer/internal/{internalID}", internal_customer),
            customers.put("/v1/customer/internal/{internalID}", internal_customer, master_data.update_customer),
            employees.get_all("/v1/employee", _is_employee_wanted),
            employees.post("/v1/employee", master_data.create_employee),
            employees.get_one("/v1/employee/{employeeCd}", employee),
            employees.put("/v1/employee/{employeeCd}", employee, master_data.update_employee),
            get("/v1/inventory", self.list_items),
            items.get_one("/v1/inventory/{inventoryNumber}", items.by_id("inventoryNumber")),
            items.get_one("/v1/inventory/internal/{inventoryId}", internal_item),
            get("/v1/unitofmeasure", self.list_units),
            branches.get_all("/v1/branch"),
            branches.get_one("/v1/branch/{branchNumber}", branches.by_id("branchNumber")),
            groups.get_all("/v1/projectaccountgroup"),
            groups.get_one("/v1/projectaccountgroup/{accountGroupId}", groups.by_id("accountGroupId")),
        ]

    def list_items(self, call: Call) -> Answer:
        """The items, stock and non-stock in one list."""
        query = Query(call)
        rows = self.items.chosen(query, _is_item_wanted)
        with_accounts = query.flag("expandAccountInformation") is not False  # expands are on by default
        return self.items.listed(query, rows, shapes.item if with_accounts else _item_without_accounts)

    def list_units(self, _: Call) -> Answer:
        """All conversions between units of measure, without paging data."""
        company = self.house.company
        rows = unsorted(company.units, lambda row: row.name)
        return Answer(200, [shapes.unit(company, row) for row in rows])


def _item_without_accounts(company: Company, row: Item) -> shapes.Json:
    return {**shapes.item(company, row), "accountInformation": None}


def _is_customer_wanted(query: Query, row: Customer) -> bool:
    """Each filter wants the whole value."""
    return (
        query.matches("name", row.name)
        and query.matches("status", row.status)
        and query.matches("corporateId", row.corporate_id)
        and query.matches("vatRegistrationId", row.vat_registration_id)
        and query.matches("email", row.contact.get("email"))
        and query.matches("phone", row.contact.get("phone1"))
    )


def _is_employee_wanted(query: Query, row: Employee) -> bool:
    return query.agrees("linkedToUser", row.user_id is not None)


def _is_item_wanted(query: Query, row: Item) -> bool:
    types = {name.strip().casefold() for name in (query.text("inventoryTypes") or "").split(",") if name.strip()}
    return (
        query.matches("status", row.status)
        and query.matches("inventoryNumber", row.number)
        and query.matches("description", row.description)
        and (not types or row.type.casefold() in types)
    )
