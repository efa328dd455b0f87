"""The house holds; and each rule is shown to catch what it is for."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import rules
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "src").rglob("*.py"))
OURS = [path for path in CODE if "migrations" not in path.parts]
EXCEPTIONS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text("utf-8"))


def tracked_files() -> list[Path]:
    """What git keeps of the project, or every file but the environments' when there is no git."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    inside = [path for path in ROOT.rglob("*") if path.is_file()]
    return [path for path in inside if not {".venv", "var", ".git"} & set(path.relative_to(ROOT).parts)]


def test_no_file_is_longer_than_the_ceiling():
    assert (
        rules.long_files([*OURS, *sorted((ROOT / "tests").rglob("*.py"))], ROOT) == EXCEPTIONS["long_files"]
    )


def test_no_function_is_longer_than_the_ceiling():
    assert rules.long_functions(OURS, ROOT) == EXCEPTIONS["long_functions"]


def test_a_long_file_and_a_long_function_are_caught(tmp_path):
    planted = tmp_path / "long.py"
    planted.write_text("def endless():\n" + "    x = 1\n" * 400)
    assert rules.long_files([planted], tmp_path) == {"long.py": 401}
    assert rules.long_functions([planted], tmp_path) == {"long.py::endless": 401}


def test_no_module_is_named_for_nothing(tmp_path):
    assert rules.rag_bag_modules([path.relative_to(ROOT) for path in CODE]) == []
    assert rules.rag_bag_modules([Path("src/grappe/utils.py"), Path("src/common/names.py")]) == [
        "common",
        "utils",
    ]


def test_every_public_name_of_the_core_has_a_docstring(tmp_path):
    core = [path for path in OURS if "hub" not in path.parts]
    assert rules.undocumented_names(core, ROOT) == []
    planted = tmp_path / "bare.py"
    planted.write_text('"""Module."""\ndef shown():\n    pass\ndef _hidden():\n    pass\n')
    assert rules.undocumented_names([planted], tmp_path) == ["bare.py::shown"]


def test_no_secret_and_no_package_address_is_written_anywhere(tmp_path):
    assert rules.forbidden_texts([p for p in tracked_files() if "tests/house" not in str(p)], ROOT) == []
    planted = tmp_path / "leak.cfg"
    planted.write_text('SECRET_KEY = "abcdefghijklmnop"\n--index' + "-url x\n")
    assert len(rules.forbidden_texts([planted], tmp_path)) == 2


def test_the_import_contracts_hold():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_a_broken_import_contract_is_caught(tmp_path, capsys):
    broken = tmp_path / "broken.toml"
    broken.write_text(
        '[tool.importlinter]\nroot_package = "grappe"\n'
        '[[tool.importlinter.contracts]]\nname = "the pipeline would not read files"\ntype = "forbidden"\n'
        'source_modules = ["grappe.pipeline"]\nforbidden_modules = ["grappe.statements"]\n'
    )
    assert lint_imports(config_filename=str(broken), no_cache=True) == 1
    assert "grappe.pipeline is not allowed to import grappe.statements" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["problems.toml", "vocabulary.toml"])
def test_french_punctuation_has_its_no_break_spaces(name):
    content = (ROOT / "src/grappe/statements" / name).read_text("utf-8")
    french = "\n".join(line for line in content.splitlines() if line.startswith("fr = "))
    assert rules.loose_french_spaces(french) == []
    assert rules.loose_french_spaces('fr = "Trouvé : « rien »"') != []
