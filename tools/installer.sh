#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packs dist/nemodesk into the installer of this platform. Only Debian's .deb exists so far.
set -eu

cd "$(dirname "$0")/.."
stop() { printf '%s\n' "$*" >&2; exit 1; }
command -v dpkg-deb >/dev/null 2>&1 ||
  stop 'An installer can only be made on Debian or Ubuntu so far: dpkg-deb is missing.'
[ -x dist/nemodesk/nemodesk ] || stop 'There is no program in dist/nemodesk; run make bundle first.'

version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
architecture=$(dpkg --print-architecture)
root=build/deb
rm -rf "$root"
mkdir -p "$root/DEBIAN" "$root/opt" "$root/usr/bin" "$root/usr/share/applications" \
  "$root/usr/share/metainfo" "$root/usr/share/icons/hicolor/scalable/apps" "$root/usr/share/doc/nemodesk"
cp -a dist/nemodesk "$root/opt/nemodesk"
ln -s /opt/nemodesk/nemodesk "$root/usr/bin/nemodesk"
cp installers/nemodesk.desktop "$root/usr/share/applications/"
cp installers/nemodesk.metainfo.xml "$root/usr/share/metainfo/"
cp resources/nemodesk.svg "$root/usr/share/icons/hicolor/scalable/apps/"
cp LICENSE "$root/usr/share/doc/nemodesk/copyright"
# The libraries of Qt's window that PyInstaller leaves to the system, and a font to draw with.
cat >"$root/DEBIAN/control" <<CONTROL
Package: nemodesk
Version: $version
Architecture: $architecture
Maintainer: The NemoDesk developers <nemodesk@users.noreply.github.com>
Section: utils
Priority: optional
Installed-Size: $(du -sk "$root/opt" | cut -f1)
Depends: libc6 (>= $(ldd --version | sed -n '1s/.* //p')), libgl1, libegl1, fonts-dejavu-core | fonts-liberation | fonts-noto-core
Description: Private chat with language models on your own computer
 NemoDesk runs a language model on your own computer and chats with it in a
 window. What you write stays there, and no internet is needed.
CONTROL
installer=dist/nemodesk_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$installer" >/dev/null
echo "$installer is ready ($(du -h "$installer" | cut -f1)); install it with: sudo apt install ./$installer"
