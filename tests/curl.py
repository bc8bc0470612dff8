"""A curl for the commands in the pages: as much of it as they use, and an error for any answer from 400 up.

A machine that runs the tests need not have curl, and a page's command must not pass because nobody looked.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from urllib import request
from urllib.error import HTTPError

TIMEOUT_SECONDS = 60
FAILED = 22
"""What curl itself ends with after --fail."""
CALLED = "CALLED"
"""Variable that names a file to write the calls into, one a line: method and path."""


def main() -> int:
    """Prints the answer's body."""
    parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="body")
    parser.add_argument("url")
    asked = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in asked.headers)
    body = None if asked.body is None else asked.body.encode()
    call = request.Request(asked.url, body, headers, method=asked.method)  # noqa: S310 - a page's own address
    if CALLED in os.environ:
        with Path(os.environ[CALLED]).open("a", encoding="utf-8") as called:
            called.write(f"{call.get_method()} {call.selector.partition('?')[0]}\n")
    opener = request.build_opener(request.ProxyHandler({}))
    try:
        with opener.open(call, timeout=TIMEOUT_SECONDS) as answer:
            sys.stdout.write(answer.read().decode())
    except HTTPError as error:
        sys.stderr.write(f"{asked.url} answered {error.code}: {error.read().decode()}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
