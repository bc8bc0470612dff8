"""Writes the outcomes of all golden cases anew."""

from tests.golden import every_case

for case in every_case():
    case.kept_in.write_bytes(case.made)
