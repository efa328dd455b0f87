"""The tutorial notebook runs from its first cell to its last, and says what it promises."""

import json
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tutorial" / "measure.ipynb"


def test_the_notebook_runs_and_finds_the_cluster(capsys):
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    names: dict = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)  # noqa: S102
    assert names["curve"].localisation > 0
    assert names["curve"].bands.p_value < 0.05
    assert names["near"].share > 0.4
    assert names["svg"].startswith("<svg")
    assert "within 10 km" in capsys.readouterr().out
