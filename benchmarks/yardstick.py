# SPDX-License-Identifier: Apache-2.0
"""llama.cpp's own llama-bench, compiled against the very libraries that the engine loads.

Its source comes from the source package of the installed llama-cpp-python. It is linked to that
package's compiled libraries, so both sides run the same machine code, and only what is around it
differs.
"""

import importlib.util
import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

PACKAGE = "llama-cpp-python"

_BUILD_FOLDER = Path(__file__).parent.parent / "build" / "llama-bench"
_SOURCE = Path("vendor/llama.cpp")
_NEEDED = ("common", "include", "ggml/include", "tools/llama-bench", "vendor")
_INCLUDES = ("common", "include", "ggml/include", "tools/llama-bench", "vendor")
_SOURCES = ("tools/llama-bench/llama-bench.cpp", "tools/llama-bench/main.cpp")
_LIBRARIES = ("llama-common", "llama", "ggml", "ggml-base", "ggml-cpu")


class Yardstick:
    """A compiled llama-bench."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def command(
        self, model: Path, *, threads: int, batch: int, prompt_tokens: int = 0, written: int = 0
    ) -> list[str]:
        """Return the command that measures either reading or writing once, after a warm-up.

        Flash attention is on, as it is in the engine.
        """
        options = {
            "-m": model,
            "-t": threads,
            "-p": prompt_tokens,
            "-n": written,
            "-b": batch,
            "-ub": batch,
            "-fa": 1,
            "-r": 1,
            "-o": "json",
        }
        return [str(self.program), *(str(part) for pair in options.items() for part in pair)]

    def run(self, command: Sequence[str]) -> float:
        """Run it and return the tokens a second."""
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        (test,) = json.loads(done.stdout)
        return float(test["avg_ts"])


def build_yardstick() -> Yardstick:
    """Compile llama-bench for the installed llama-cpp-python, once. Takes half a minute."""
    folder = _BUILD_FOLDER / version(PACKAGE)
    program = folder / "llama-bench"
    if program.exists():
        return Yardstick(program)
    if sys.platform == "win32":
        sys.exit("The yardstick is compiled on Linux and macOS only.")
    folder.mkdir(parents=True, exist_ok=True)
    source = _unpack_source(folder)
    print("Compiling llama-bench…", file=sys.stderr)
    subprocess.run(_compile_command(source, folder / "llama-bench.part"), check=True)
    (folder / "llama-bench.part").rename(program)
    return Yardstick(program)


def _unpack_source(folder: Path) -> Path:
    """Fetch the source package and unpack what llama-bench includes."""
    print(f"Fetching the source of {PACKAGE} {version(PACKAGE)}…", file=sys.stderr)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--no-binary", PACKAGE, "--dest", str(folder)),
            f"{PACKAGE}=={version(PACKAGE)}",
        ],
        check=True,
    )
    archive = next(folder.glob("*.tar.gz"))
    with tarfile.open(archive) as package:
        root = Path(package.getnames()[0]).parts[0]
        wanted = tuple(f"{root}/{_SOURCE}/{needed}/" for needed in _NEEDED)
        members = [member for member in package if member.name.startswith(wanted)]
        package.extractall(folder, members, filter="data")
    archive.unlink()
    return folder / root / _SOURCE


def _compile_command(source: Path, target: Path) -> list[str]:
    folders = _library_folders()
    return [
        *("c++", "-std=c++17", "-O3", "-DNDEBUG", "-o", str(target)),
        *(f"-I{source / folder}" for folder in _INCLUDES),
        *(str(source / file) for file in _SOURCES),
        *(f"-L{folder}" for folder in folders),
        *(f"-l{library}" for library in _LIBRARIES),
        *(f"-Wl,-rpath,{folder}" for folder in folders),
        "-lpthread",
    ]


def _library_folders() -> list[Path]:
    """Return where llama-cpp-python keeps its libraries: its own first, then their companions."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        sys.exit(f"{PACKAGE} is not installed. Run `make setup` first.")
    package = Path(spec.origin).parent
    folders = [package / "lib", package.parent / "lib"]
    if not any(folder.glob("*llama-common.*") for folder in folders):
        sys.exit(f"{PACKAGE} came without libllama-common. Install it from source.")
    return folders
