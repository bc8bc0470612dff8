"""In AWS a function sees its layers and boto3, and nothing of our environment for tests."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sandbox.local.packages import package_layer, source_layer
from sandbox.local.paths import LAYER_CACHE, ROOT

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
RENDER = {"connect_account", "send_notices"}
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The folders on a function's path: the unpacked layers, and what AWS's Python brings along."""
    unpacked, runtime = tmp_path_factory.mktemp("layer"), tmp_path_factory.mktemp("runtime")
    packages = package_layer(ROOT / "layers" / "runtime" / "requirements.txt", LAYER_CACHE)
    for content in (packages, source_layer(ROOT / "layers" / "handoff")):
        zipfile.ZipFile(io.BytesIO(content)).extractall(unpacked)
    for name in OF_THE_RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (runtime / place.name).symlink_to(place)
    return [str(unpacked / "python"), str(runtime)]


def alone(program: str, path: list[str]) -> str:
    """What a program prints that has nothing but these folders.

    -S leaves out site-packages; the environment is empty, so importing cannot need or reach anything.
    """
    command = [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = {path!r}; {program}"]
    answer = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_imported_from_its_layers_alone_and_without_any_settings(
    function: str, layers: list[str]
) -> None:
    alone("import app; assert callable(app.handler)", [str(ROOT / "functions" / function), *layers])


def test_the_function_for_webhooks_loads_neither_the_console_nor_what_calls_vendors(layers: list[str]) -> None:
    path = [str(ROOT / "functions" / "receive_webhook"), *layers]
    heavy = ("httpx", "cryptography", "handoff.console", "handoff.wiring.worker", "handoff.wiring.desk")
    program = f"import app; print(*[name for name in {heavy!r} if name in sys.modules])"
    assert alone(program, path).split() == []


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name not in RENDER])
def test_a_function_that_shows_nothing_to_people_does_not_load_templates(function: str, layers: list[str]) -> None:
    program = "import app; print(*{'jinja2', 'markupsafe'} & sys.modules.keys())"
    assert alone(program, [str(ROOT / "functions" / function), *layers]).split() == []


@pytest.mark.parametrize("templates", ["handoff.connect.rendering.TEMPLATES", "handoff.pipeline.notice_mail.TEMPLATES"])
def test_every_template_lies_in_the_layer_and_is_read_from_there(templates: str, layers: list[str]) -> None:
    module, name = templates.rsplit(".", 1)
    program = (
        f"from {module} import {name} as known; names = known.list_templates(extensions=['html']); "
        "[known.get_template(one) for one in names]; print(*names)"
    )
    folder = ROOT / "layers" / "handoff" / Path(*module.split(".")[:-1]) / "templates"
    assert alone(program, layers).split() == sorted(path.name for path in folder.glob("*.html"))
