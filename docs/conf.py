"""How the documentation is built: see scripts/docs."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

from strun import __version__  # noqa: E402

project = "strun"
author = "the strun developers"
copyright = f"2026, {author}"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "sphinx_copybutton",
    "sphinx_design",
    "mathml",
    "strun_docs",
]
exclude_patterns = ["extensions", "templates"]
templates_path = ["templates"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
# options begin with two dashes
smartquotes = False
# notebooks are shown with the outputs that they were stored with
nb_execution_mode = "off"
nb_merge_streams = True

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

# text is copied without the prompt, and without output
copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "strun"
html_static_path = ["static"]
html_css_files = ["strun.css"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
# these have nothing below them
ALONE = "quickstart from_jwst how_it_works benchmarks changes contributing security"
html_sidebars = {page: [] for page in ALONE.split()}
