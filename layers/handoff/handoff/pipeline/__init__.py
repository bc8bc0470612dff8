"""The use cases, one per file: fetch, stage, approve, plan, post, retry, reconcile."""
