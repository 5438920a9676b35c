# SPDX-License-Identifier: Apache-2.0
"""The list of architectures and the tool that makes it."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).parent.parent.parent.parent

_SOURCE = """
// static const std::map<llm_arch, const char *> LLM_ARCH_NAMES = { { WRONG, "wrong" } };
static const std::map<llm_arch, const char *> LLM_ARCH_NAMES = {
    { LLM_ARCH_CLIP,  "clip"  }, // dummy, only used by llama-quantize
    /* { LLM_ARCH_OLD, "old" }, */
    {LLM_ARCH_LLAMA,"llama"},
    { LLM_ARCH_NEW,   "new-kind" },
    { LLM_ARCH_UNKNOWN, "(unknown)" }
};
static const std::map<int, const char *> OTHERS = { { 1, "other" } };
"""


@pytest.fixture
def tool() -> ModuleType:
    """Load the tool, which belongs to no package."""
    spec = importlib.util.spec_from_file_location(
        "list_architectures", _ROOT / "tools" / "list_architectures.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_read(tool: ModuleType) -> None:
    """Every entry counts, those in comments and other tables do not."""
    assert tool.read_names(_SOURCE) == {
        "LLM_ARCH_CLIP": "clip",
        "LLM_ARCH_LLAMA": "llama",
        "LLM_ARCH_NEW": "new-kind",
        "LLM_ARCH_UNKNOWN": "(unknown)",
    }


@pytest.mark.parametrize(
    "source", ["", "LLM_ARCH_NAMES = { 3 };", "LLM_ARCH_NAMES = { { A ; b } };"]
)
def test_another_table_is_refused(tool: ModuleType, source: str) -> None:
    """A source that has changed its form is an error, not an empty list."""
    with pytest.raises(ValueError, match=r"LLM_ARCH_NAMES|goes on|not an entry"):
        tool.read_names(source)


def test_the_tool_writes_the_file(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file names the version, the source, and the models in order."""
    llama_cpp = tmp_path / "vendor" / "llama.cpp"
    (llama_cpp / "src").mkdir(parents=True)
    (llama_cpp / "src" / "llama-arch.cpp").write_text(_SOURCE)
    (tmp_path / "llama_cpp").mkdir()
    (tmp_path / "llama_cpp" / "__init__.py").write_text('import x\n\n__version__ = "1.2.3"\n')
    monkeypatch.setattr(tool, "TARGET", tmp_path / "out.json")
    monkeypatch.setattr("sys.argv", ["tool", str(llama_cpp)])
    tool.main()
    document = json.loads((tmp_path / "out.json").read_text())
    assert document["architectures"] == ["llama", "new-kind"]
    assert document["llama_cpp_python"] == "1.2.3"


def test_the_file_fits_the_engine() -> None:
    """The list was made from the version that the program installs, and knows Nemotron."""
    document = json.loads((_ROOT / "resources" / "architectures.json").read_text("utf-8"))
    project = (_ROOT / "pyproject.toml").read_text("utf-8")
    assert f'"llama-cpp-python=={document["llama_cpp_python"]}"' in project
    assert {"llama", "nemotron_h", "nemotron_h_moe"} <= set(document["architectures"])
    assert document["architectures"] == sorted(document["architectures"])
