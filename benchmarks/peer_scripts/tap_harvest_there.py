"""tap-harvest as it is published, with the addresses of Harvest and Harvest ID replaced by the stand-in's."""

import os
import sys

import tap_harvest  # type: ignore[import-not-found]  # lives in its own environment only
from tap_harvest import client

STAND_IN = os.environ["STAND_IN"]


class ThereClient(client.Client):  # type: ignore[misc]  # its base has no types here
    """The tap's own client, which has its address as an attribute."""

    def __init__(self, config: dict[str, str]) -> None:
        super().__init__(config)
        self.base_url = f"{STAND_IN}/v2"


client.REFRESH_URL = f"{STAND_IN}/api/v2"
tap_harvest.Client = ThereClient
sys.exit(tap_harvest.main())
