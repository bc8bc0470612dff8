"""`make demo`: a consultancy's month of hours, from Harvest into Visma.net ERP's books, accounted for."""
