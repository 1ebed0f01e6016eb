# Sphinx on the documentation of networkx's algorithms, out of their docstrings: `python documents.py FOLDER`.
import pathlib
import pkgutil
import sys

import networkx.algorithms
from sphinx.cmd.build import main

folder = pathlib.Path(sys.argv[1])
source = folder / "source"
source.mkdir()
(source / "conf.py").write_text("project = 'networkx'\nextensions = ['sphinx.ext.autodoc', 'sphinx.ext.napoleon', 'sphinx.ext.viewcode']\n")
names = [f"networkx.algorithms.{module.name}" for module in pkgutil.iter_modules(networkx.algorithms.__path__) if module.name != "tests"]
for name in names:
    (source / f"{name}.rst").write_text(f"{name}\n{'=' * len(name)}\n\n.. automodule:: {name}\n   :members:\n")
(source / "index.rst").write_text("networkx\n========\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in names))
sys.exit(main(["-q", "-E", "-b", "html", str(source), str(folder / "html")]))
