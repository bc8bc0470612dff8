"""In AWS a function sees its layers and boto3, and nothing of our environment for tests."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sandbox.local.packages import package_layer
from sandbox.local.paths import LAYER_CACHE, ROOT

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The folders on a function's path: the unpacked layers, and what AWS's Python brings along."""
    unpacked, runtime = tmp_path_factory.mktemp("layer"), tmp_path_factory.mktemp("runtime")
    content = package_layer(ROOT / "layers" / "runtime" / "requirements.txt", LAYER_CACHE)
    zipfile.ZipFile(io.BytesIO(content)).extractall(unpacked)
    for name in OF_THE_RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (runtime / place.name).symlink_to(place)
    return [str(unpacked / "python"), str(ROOT / "layers" / "handoff"), str(runtime)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_imported_from_its_layers_alone_and_without_any_settings(
    function: str, layers: list[str]
) -> None:
    path = [str(ROOT / "functions" / function), *layers]
    program = f"import sys; sys.path[:0] = {path!r}; import app; assert callable(app.handler)"
    # -S leaves out site-packages; the environment is empty, so importing cannot need or reach anything
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program], env={}, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def test_the_function_for_webhooks_loads_neither_the_console_nor_what_calls_vendors(layers: list[str]) -> None:
    path = [str(ROOT / "functions" / "receive_webhook"), *layers]
    heavy = ("httpx", "cryptography", "handoff.console", "handoff.wiring.worker", "handoff.wiring.desk")
    program = (
        f"import sys; sys.path[:0] = {path!r}; import app; print(*[name for name in {heavy!r} if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program], env={}, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []
