"""dlt's rest_api source into JSONL files: `dlt_rest_api.py FOLDER`, which keeps its state from run to run."""

import os
import sys
from pathlib import Path

import dlt  # type: ignore[import-not-found]  # lives in its own environment only
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found]  # as above

FOLDER = Path(sys.argv[1]).resolve()
ENTRIES = {
    "name": "time_entries",
    "primary_key": "id",
    "write_disposition": "append",
    "endpoint": {
        "path": "time_entries",
        "data_selector": "time_entries",
        "params": {"per_page": 2000},
        "incremental": {
            "cursor_path": "updated_at",
            "start_param": "updated_since",
            "initial_value": "2020-01-01T00:00:00Z",
        },
    },
}
CLIENT = {
    "base_url": os.environ["STAND_IN"] + "/v2/",
    "auth": {"type": "bearer", "token": os.environ["TOKEN"]},
    "headers": {"Harvest-Account-Id": os.environ["ACCOUNT"], "User-Agent": "dlt (support@handoff.example)"},
    "paginator": {"type": "json_link", "next_url_path": "links.next"},
}
seen: list[object] = []


def first_seen(row: object) -> object:
    """Says once that a record has come."""
    if not seen:
        seen.append(row)
        sys.stdout.write("FIRST\n")
        sys.stdout.flush()
    return row


source = rest_api_source({"client": CLIENT, "resources": [ENTRIES]})
source.time_entries.add_map(first_seen)
pipeline = dlt.pipeline(
    "entries",
    destination=dlt.destinations.filesystem(f"file://{FOLDER}/out"),
    dataset_name="harvest",
    pipelines_dir=str(FOLDER / "state"),
)
pipeline.run(source, loader_file_format="jsonl")
