"""`make demo`: a month of hours from Harvest into Visma.net ERP, then invoices from Moment into Visma e-conomic."""
