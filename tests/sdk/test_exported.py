from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from assetlib import sdk
from assetlib.sdk import _errors as errors_module

FOLDER = Path(sdk.__file__).parent


def test_all_that_is_exported_is_there_and_nothing_else() -> None:
    public = {name for name in vars(sdk) if not name.startswith("_")} - {"annotations", "cli"}

    assert sorted(public) == sorted(sdk.__all__)


def test_every_error_is_exported_and_in_the_tree_that_is_drawn() -> None:
    errors = [
        name
        for name, kind in vars(errors_module).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]

    assert {*errors} <= {*sdk.__all__}
    assert [name for name in errors if name not in (errors_module.__doc__ or "")] == []


def test_all_modules_but_the_command_are_private_and_the_types_are_shipped() -> None:
    modules = {path.name for path in FOLDER.glob("*.py")}

    assert {name for name in modules if not name.startswith("_")} == set()
    assert (FOLDER / "py.typed").exists()


def test_importing_it_needs_httpx_alone() -> None:
    code = (
        "import sys, assetlib.sdk; "
        "print(*sorted({'django', 'pandas', 'typer', 'numpy', 'PIL'} & {*sys.modules}))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
