from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from astropy.io import fits

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def test_the_step_of_the_readme_runs(ramp: Path) -> None:
    block = next(
        b for b in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "Pedestal" in b
    )
    Path("mysteps.py").write_text(block)
    strun = Path(sys.executable).with_name("strun")
    subprocess.run(
        [strun, "mysteps.PedestalStep", ramp, "--level", "3"], check=True, capture_output=True
    )
    product = fits.getdata("x_pedestal.fits", "SCI")
    assert (product == fits.getdata(ramp, "SCI") - 3).all()
