"""The environment that the tests make for themselves: nothing of the developer's is in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_programs_get_nothing_of_the_developers_environment(tmp_path: Path) -> None:
    code = "import os\n\ndef test_it():\n    print(dict(os.environ))\n"
    Path(tmp_path, "test_it.py").write_text(code)
    Path(tmp_path, "conftest.py").symlink_to(Path(__file__).with_name("conftest.py"))
    odd = {
        "LANG": "tlh",
        "LC_ALL": "tlh",
        "HOME": "/nowhere",
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "7",
        "TERM": "vt100",
        "CRDS_PATH": "/odd",
        "STRUN_REFS": "/odd",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", "-q", str(tmp_path)],
        env=os.environ | odd,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert [name for name, value in odd.items() if f"'{name}': '{value}'" in done.stdout] == []
    assert "'LANG': 'C.UTF-8'" in done.stdout
