"""The API's operations on customers, employees, items and the small lists around them."""

from __future__ import annotations

from sandbox.visma_net import master_data, shapes
from sandbox.visma_net.house import (
    House,
    Operation,
    changed,
    found,
    get,
    path_id,
    path_number,
    post,
    put,
    shown,
)
from sandbox.visma_net.listing import Query, page, unsorted
from sandbox.visma_net.records import Customer, Employee, Item
from sandbox.wire import Answer, Call


class DirectoryOperations:
    """Reads and writes of the people, companies and things that documents name."""

    def __init__(self, house: House) -> None:
        self.house = house

    def operations(self) -> list[Operation]:
        """All of them."""
        return [
            get("/v1/customer", self.list_customers),
            post("/v1/customer", self.create_customer),
            get("/v1/customer/{customerCd}", lambda call: self._show_customer(self._customer(call))),
            put("/v1/customer/{customerCd}", lambda call: self._change_customer(call, self._customer(call))),
            get("/v1/customer/internal/{internalID}", lambda call: self._show_customer(self._internal(call))),
            put("/v1/customer/internal/{internalID}", lambda call: self._change_customer(call, self._internal(call))),
            get("/v1/employee", self.list_employees),
            post("/v1/employee", self.create_employee),
            get("/v1/employee/{employeeCd}", self.show_employee),
            put("/v1/employee/{employeeCd}", self.change_employee),
            get("/v1/inventory", self.list_items),
            get("/v1/inventory/{inventoryNumber}", self.show_item),
            get("/v1/inventory/internal/{inventoryId}", self.show_item_by_internal_id),
            get("/v1/unitofmeasure", self.list_units),
            get("/v1/branch", self.list_branches),
            get("/v1/branch/{branchNumber}", self.show_branch),
            get("/v1/projectaccountgroup", self.list_account_groups),
            get("/v1/projectaccountgroup/{accountGroupId}", self.show_account_group),
        ]

    # Customers

    def list_customers(self, call: Call) -> Answer:
        """The customers; each filter wants the whole value."""
        query, company = Query(call), self.house.company
        rows = [row for row in query.changed(company.customers) if _is_customer_wanted(query, row)]
        rows = unsorted(rows, lambda row: row.number)
        shaped = page(query, rows, lambda row: shapes.customer(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def create_customer(self, call: Call) -> Answer:
        """Makes a customer."""
        row = master_data.create_customer(self.house.company, call.json())
        return self.house.created(call, "/v1/customer", row.number, row)

    def _customer(self, call: Call) -> Customer:
        number = path_id(call, "customerCd")
        return found(self.house.company.customers.get(number), "Customer", number)

    def _internal(self, call: Call) -> Customer:
        number = path_number(call, "internalID")
        rows = self.house.company.customers
        return found(next((row for row in rows if row.internal_id == number), None), "Customer", number)

    def _show_customer(self, row: Customer) -> Answer:
        return shown(shapes.customer(self.house.company, row), row)

    def _change_customer(self, call: Call, row: Customer) -> Answer:
        body = call.json()
        return changed(call, row, lambda: master_data.update_customer(self.house.company, row, body))

    # Employees

    def list_employees(self, call: Call) -> Answer:
        """The employees."""
        query, company = Query(call), self.house.company
        rows = [
            row for row in query.changed(company.employees) if query.agrees("linkedToUser", row.user_id is not None)
        ]
        rows = unsorted(rows, lambda row: row.number)
        shaped = page(query, rows, lambda row: shapes.employee(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def create_employee(self, call: Call) -> Answer:
        """Makes an employee."""
        row = master_data.create_employee(self.house.company, call.json())
        return self.house.created(call, "/v1/employee", row.number, row)

    def show_employee(self, call: Call) -> Answer:
        """One employee, by number."""
        row = self._employee(call)
        return shown(shapes.employee(self.house.company, row), row)

    def change_employee(self, call: Call) -> Answer:
        """Changes an employee."""
        row, body = self._employee(call), call.json()
        return changed(call, row, lambda: master_data.update_employee(self.house.company, row, body))

    def _employee(self, call: Call) -> Employee:
        number = path_id(call, "employeeCd")
        return found(self.house.company.employees.get(number), "Employee", number)

    # Items, units, branches, account groups

    def list_items(self, call: Call) -> Answer:
        """The items, stock and non-stock in one list."""
        query, company = Query(call), self.house.company
        types = {name.strip().casefold() for name in (query.text("inventoryTypes") or "").split(",") if name.strip()}
        rows = [
            row
            for row in query.changed(company.items)
            if query.matches("status", row.status)
            and query.matches("inventoryNumber", row.number)
            and query.matches("description", row.description)
            and (not types or row.type.casefold() in types)
        ]
        rows = unsorted(rows, lambda row: row.number)
        with_accounts = query.flag("expandAccountInformation") is not False  # expands are on by default

        def shape_item(row: Item) -> shapes.Json:
            shaped = shapes.item(company, row)
            return shaped if with_accounts else {**shaped, "accountInformation": None}

        return Answer(200, page(query, rows, shape_item, self.house.settings.max_page_size))

    def show_item(self, call: Call) -> Answer:
        """One item, by number."""
        number = path_id(call, "inventoryNumber")
        row = found(self.house.company.items.get(number), "Inventory item", number)
        return shown(shapes.item(self.house.company, row), row)

    def show_item_by_internal_id(self, call: Call) -> Answer:
        """One item, by internal id."""
        number = path_number(call, "inventoryId")
        rows = self.house.company.items
        row = found(next((row for row in rows if row.inventory_id == number), None), "Inventory item", number)
        return shown(shapes.item(self.house.company, row), row)

    def list_units(self, _: Call) -> Answer:
        """All conversions between units of measure, without paging data."""
        company = self.house.company
        rows = unsorted(company.units, lambda row: row.name)
        return Answer(200, [shapes.unit(company, row) for row in rows])

    def list_branches(self, call: Call) -> Answer:
        """All branches, without paging data."""
        company = self.house.company
        rows = unsorted(Query(call).changed(company.branches), lambda row: row.number)
        return Answer(200, [shapes.branch(company, row) for row in rows])

    def show_branch(self, call: Call) -> Answer:
        """One branch."""
        number = path_id(call, "branchNumber")
        row = found(self.house.company.branches.get(number), "Branch", number)
        return shown(shapes.branch(self.house.company, row))

    def list_account_groups(self, call: Call) -> Answer:
        """The project account groups."""
        query, company = Query(call), self.house.company
        rows = unsorted(query.changed(company.account_groups), lambda row: row.group_id)
        shaped = page(query, rows, lambda row: shapes.account_group(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def show_account_group(self, call: Call) -> Answer:
        """One project account group."""
        group_id = path_id(call, "accountGroupId")
        row = found(self.house.company.account_groups.get(group_id), "Account group", group_id)
        return shown(shapes.account_group(self.house.company, row))


def _is_customer_wanted(query: Query, row: Customer) -> bool:
    return (
        query.matches("name", row.name)
        and query.matches("status", row.status)
        and query.matches("corporateId", row.corporate_id)
        and query.matches("vatRegistrationId", row.vat_registration_id)
        and query.matches("email", row.contact.get("email"))
        and query.matches("phone", row.contact.get("phone1"))
    )
