"""A sales order as Business NXT takes it: columns in the order in which a person would enter them.

Source: Business NXT, Inserts: assignments run in the order given, and a later suggestion writes over an earlier value.
So the customer comes before the currency, a product before its text and price, and the dimensions of the head, which
lines take over as they are entered, before the lines. A project may suggest its department: the department comes last.
"""

from __future__ import annotations

from collections.abc import Mapping

from handoff.connectors.business_nxt.assumed import CREDIT_NOTE_BIT, NORMAL_ORDER, SALES, UNIT_NUMBER_MAX
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.order_rows import ZERO, day_number
from handoff.connectors.business_nxt.tables import WITH_TEXT_NUMBERS, unit_table
from handoff.connectors.business_nxt.values import Unfit, Value, one_line, short_text, whole_number
from handoff.domain.sales import SalesOrder, SalesOrderLine, UnitChoices

Fields = Mapping[str, object]


class OrderValues:
    """How orders are written in one company; raises InvalidInput for units that there are none of."""

    def __init__(self, choices: UnitChoices) -> None:
        self._units = {
            "projects": (choices.project_unit, unit_table(choices.project_unit)),
            "departments": (choices.department_unit, unit_table(choices.department_unit)),
        }

    def of(self, order: SalesOrder, currency: int) -> Fields:
        """The order with its lines; raises Unfit for what no column takes.

        A credit note has the bit that says so, positive quantities where the time tool has negative ones, and the
        number of the invoice that it takes back.
        """
        texts = {
            "ourReference": order.our_reference,
            "yourReference": order.your_reference,
            "customerOrSupplierOrderNo": order.order_reference,
            "information1": order.text,
            "invoiceReference": order.credits if order.is_credit_note else "",
        }
        return {
            "orderDate": day_number(order.ordered_on),
            "transactionType": SALES,
            "orderType": NORMAL_ORDER,
            "customerNo": whole_number(order.customer, "customers"),
            **({"orderPreferences": CREDIT_NOTE_BIT} if order.is_credit_note else {}),
            **self._dimensions(order.project, order.department),
            "currencyNo": currency,
            **{column: one_line(text) for column, text in texts.items() if text.strip()},
            "information6": order.key,
            "orderLines": [self._line(line, -1 if order.is_credit_note else 1) for line in order.lines],
        }

    def _line(self, line: SalesOrderLine, sign: int) -> Fields:
        name = {"transactionInformation1": line.external_id}
        if not line.item:
            if line.quantity * line.unit_price != ZERO:
                raise Unfit(
                    f"a line without a product is a text in {TITLE}, and '{one_line(line.text)}' has an amount",
                    code="item_missing",
                    field="item",
                    cure="Say in the settings what such a line is billed on.",
                )
            return {"description": one_line(line.text), **name}
        return {
            "productNo": line.item,
            **({"description": one_line(line.text)} if line.text.strip() else {}),
            "quantity": line.quantity * sign,
            "priceInCurrency": line.unit_price,
            **self._dimensions(line.project, line.department),
            **name,
        }

    def _dimensions(self, project: str, department: str) -> Mapping[str, Value]:
        """The columns of what is said; what isn't is as Business NXT suggests it."""
        found: dict[str, Value] = {}
        for what, number in (("projects", project), ("departments", department)):
            unit, column = self._units[what]
            if number:
                as_text = unit in WITH_TEXT_NUMBERS
                found[column] = short_text(number, UNIT_NUMBER_MAX, what) if as_text else whole_number(number, what)
        return found
