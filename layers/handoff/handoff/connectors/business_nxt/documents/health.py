"""Documents of the health check; nothing is written by any of them."""

from __future__ import annotations

COMPANY = """
query ($company: Int!) {
  useCompany(no: $company) {
    companyInformation(first: 1) {
      items {
        companyNo
        orgUnit1Name orgUnit2Name orgUnit3Name orgUnit4Name orgUnit5Name orgUnit6Name
        orgUnit7Name orgUnit8Name orgUnit9Name orgUnit10Name orgUnit11Name orgUnit12Name
      }
    }
  }
  availableCompanies(first: 500) { items { name vismaNetCompanyId } }
}
"""
MAY_WRITE = """
mutation ($company: Int!) {
  useCompany(no: $company) { __typename }
}
"""
GROUP = """
query ($company: Int!) {
  useCompany(no: $company) {
    rows: <table>(first: 1) { items { <block> } }
  }
}
"""
