"""Products and their categories. Source: Business NXT, product: `productNo` is a text, and the key.

A new product leaves its tax and accounting group to Business NXT (`null`), which decides on accounts and VAT.
"""

from __future__ import annotations

import msgspec

from handoff.connectors.business_nxt.documents import filled, product_categories, products
from handoff.connectors.business_nxt.one_table import Documents, Shape
from handoff.connectors.business_nxt.rows import Kind, Text, changed_at
from handoff.connectors.business_nxt.tables import block_column, marks
from handoff.connectors.business_nxt.values import Columns, whole_number
from handoff.domain.pairs import Product, ProductCategory
from handoff.ports.mirror import Blocked, Listed

PRODUCTS, CATEGORIES = "products", "product_categories"


class ProductRow(msgspec.Struct, rename="camel"):
    """A product."""

    product_no: str
    description: Text = None
    category: int | None = msgspec.field(default=None, name="productCategoryNo1")
    changed_timestamp: Text = None
    block: int | None = None


class CategoryRow(msgspec.Struct, rename="camel"):
    """A product category."""

    product_category_no: int
    description: Text = None
    changed_timestamp: Text = None
    block: int | None = None


def products_shape(blocked: Blocked | None) -> Shape[Product, ProductRow]:
    """The products."""

    def says(row: ProductRow) -> Listed[Product]:
        said = Product(row.product_no, row.description or "", str(row.category) if row.category else "")
        return Listed(row.product_no, said, changed_at(row.changed_timestamp), **marks(blocked, row.block))

    def stored(one: Product) -> Columns:
        category = whole_number(one.category, CATEGORIES) if one.category else 0
        return {"productNo": one.number, "description": one.name, "productCategoryNo1": category}

    return Shape(
        kind=Kind(PRODUCTS, ProductRow, "productNo"),
        documents=_documents(products.PAGE, products.CREATE, products.UPDATE, blocked),
        key="productNo",
        of_key=str,
        says=says,
        stored=stored,
        number="productNo",
        name="description",
        beside={"taxAndAccountingGroup": None},
        suggests=False,
    )


def categories_shape(blocked: Blocked | None) -> Shape[ProductCategory, CategoryRow]:
    """The product categories."""

    def says(row: CategoryRow) -> Listed[ProductCategory]:
        said = ProductCategory(str(row.product_category_no), row.description or "")
        return Listed(said.number, said, changed_at(row.changed_timestamp), **marks(blocked, row.block))

    def stored(one: ProductCategory) -> Columns:
        number = whole_number(one.number, CATEGORIES) if one.number else 0
        return {"productCategoryNo": number, "description": one.name}

    texts = product_categories.PAGE, product_categories.CREATE, product_categories.UPDATE
    return Shape(
        kind=Kind(CATEGORIES, CategoryRow, "productCategoryNo"),
        documents=_documents(*texts, blocked),
        key="productCategoryNo",
        of_key=int,
        says=says,
        stored=stored,
        number="productCategoryNo",
        name="description",
    )


def _documents(page: str, create: str, update: str, blocked: Blocked | None) -> Documents:
    block = block_column(blocked)
    return Documents(filled(page, block=block), filled(create, block=block), filled(update, block=block))
