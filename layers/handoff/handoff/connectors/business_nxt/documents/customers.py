"""Documents of customers: associates with a customer number, their delivery addresses, and the people spoken to there.

`<block>` is the column that blocks. A list without changes is one request over the three tables that may change.
"""

from __future__ import annotations

_CUSTOMER = """
fragment Customer on Associate {
  associateNo customerNo name companyNo emailAddress
  addressLine1 addressLine2 addressLine3 postCode postalArea countryNo changedTimestamp <block>
}
"""
_DELIVERY = """
fragment Delivery on DeliveryAddress {
  deliveryAddressNo associateNo addressLine1 addressLine2 addressLine3 postCode postalArea countryNo changedTimestamp
}
"""
_CONTACT = """
fragment Contact on Associate {
  associateNo liaisonAssociateNo name emailAddress phone mobilePhone changedTimestamp
}
"""
PAGE = (
    """
query ($company: Int!, $filter: FilterExpression_Associate, $first: Int!) {
  useCompany(no: $company) {
    rows: associate(filter: $filter, orderBy: [{associateNo: ASC}], first: $first) {
      pageInfo { hasNextPage }
      items { ...Customer }
    }
  }
}
"""
    + _CUSTOMER
)
TOUCHED = """
query (
  $company: Int!, $first: Int!, $since: DateTime!,
  $own: Boolean!, $deliveries: Boolean!, $contacts: Boolean!,
  $ownAfter: Int!, $deliveriesAfter: Int!, $contactsAfter: Int!
) {
  useCompany(no: $company) {
    own: associate(
      filter: {_and: [
        {customerNo: {_gt: 0}}, {changedTimestamp: {_gte: $since}}, {associateNo: {_gt: $ownAfter}}
      ]},
      orderBy: [{associateNo: ASC}], first: $first
    ) @include(if: $own) {
      pageInfo { hasNextPage }
      items { associateNo changedTimestamp }
    }
    deliveries: deliveryAddress(
      filter: {_and: [
        {associateNo: {_gt: 0}}, {changedTimestamp: {_gte: $since}}, {deliveryAddressNo: {_gt: $deliveriesAfter}}
      ]},
      orderBy: [{deliveryAddressNo: ASC}], first: $first
    ) @include(if: $deliveries) {
      pageInfo { hasNextPage }
      items { deliveryAddressNo associateNo changedTimestamp }
    }
    contacts: associate(
      filter: {_and: [
        {liaisonAssociateNo: {_gt: 0}}, {changedTimestamp: {_gte: $since}}, {associateNo: {_gt: $contactsAfter}}
      ]},
      orderBy: [{associateNo: ASC}], first: $first
    ) @include(if: $contacts) {
      pageInfo { hasNextPage }
      items { associateNo liaisonAssociateNo changedTimestamp }
    }
  }
}
"""
BELONGING = (
    """
query (
  $company: Int!, $customers: [Int], $first: Int!, $countriesFirst: Int!,
  $own: Boolean!, $deliveries: Boolean!, $contacts: Boolean!, $countries: Boolean!,
  $ownAfter: Int!, $deliveriesAfter: Int!, $contactsAfter: Int!
) {
  useCompany(no: $company) {
    own: associate(
      filter: {_and: [{associateNo: {_in: $customers}}, {customerNo: {_gt: 0}}, {associateNo: {_gt: $ownAfter}}]},
      orderBy: [{associateNo: ASC}], first: $first
    ) @include(if: $own) {
      pageInfo { hasNextPage }
      items { ...Customer }
    }
    deliveries: deliveryAddress(
      filter: {_and: [{associateNo: {_in: $customers}}, {deliveryAddressNo: {_gt: $deliveriesAfter}}]},
      orderBy: [{deliveryAddressNo: ASC}], first: $first
    ) @include(if: $deliveries) {
      pageInfo { hasNextPage }
      items { ...Delivery }
    }
    contacts: associate(
      filter: {_and: [{liaisonAssociateNo: {_in: $customers}}, {associateNo: {_gt: $contactsAfter}}]},
      orderBy: [{associateNo: ASC}], first: $first
    ) @include(if: $contacts) {
      pageInfo { hasNextPage }
      items { ...Contact }
    }
    countries: country(first: $countriesFirst) @include(if: $countries) {
      items { countryNo isoCode }
    }
  }
}
"""
    + _CUSTOMER
    + _DELIVERY
    + _CONTACT
)
COUNTRIES = """
query ($company: Int!, $first: Int!) {
  useCompany(no: $company) {
    countries: country(first: $first) { items { countryNo isoCode } }
  }
}
"""
CREATE = (
    """
mutation ($company: Int!, $values: [Associate_Input!]!) {
  useCompany(no: $company) {
    rows: associate_create(values: $values) { affectedRows items { ...Customer } }
  }
}
"""
    + _CUSTOMER
)
UPDATE = (
    """
mutation ($company: Int!, $filters: [FilterExpression_Associate]!, $values: [Associate_Input!]!) {
  useCompany(no: $company) {
    rows: associate_update(filters: $filters, values: $values) { affectedRows items { ...Customer } }
  }
}
"""
    + _CUSTOMER
)
CREATE_DELIVERIES = (
    """
mutation ($company: Int!, $values: [DeliveryAddress_Input!]!) {
  useCompany(no: $company) {
    rows: deliveryAddress_create(values: $values) { affectedRows items { ...Delivery } }
  }
}
"""
    + _DELIVERY
)
UPDATE_DELIVERIES = (
    """
mutation ($company: Int!, $filters: [FilterExpression_DeliveryAddress]!, $values: [DeliveryAddress_Input!]!) {
  useCompany(no: $company) {
    rows: deliveryAddress_update(filters: $filters, values: $values) { affectedRows items { ...Delivery } }
  }
}
"""
    + _DELIVERY
)
DELETE_DELIVERIES = """
mutation ($company: Int!, $filter: FilterExpression_DeliveryAddress!) {
  useCompany(no: $company) {
    rows: deliveryAddress_delete(filter: $filter) { affectedRows }
  }
}
"""
CREATE_CONTACTS = (
    """
mutation ($company: Int!, $values: [Associate_Input!]!) {
  useCompany(no: $company) {
    rows: associate_create(values: $values) { affectedRows items { ...Contact } }
  }
}
"""
    + _CONTACT
)
UPDATE_CONTACTS = (
    """
mutation ($company: Int!, $filters: [FilterExpression_Associate]!, $values: [Associate_Input!]!) {
  useCompany(no: $company) {
    rows: associate_update(filters: $filters, values: $values) { affectedRows items { ...Contact } }
  }
}
"""
    + _CONTACT
)
