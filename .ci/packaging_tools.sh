#!/usr/bin/env bash
# Puts tools of others', which look at packages, into the Python environment DEST:
#   packaging_tools.sh DEST
# What is there already is left alone.
set -euo pipefail
dest=$1
tools=(auditwheel==6.8.2 check-jsonschema==0.39.0 check-wheel-contents==0.6.3 pipx==1.18.4 twine==7.0.0 uv==0.13.9)
mark=$dest/.complete-$(printf '%s ' "${tools[@]}" | sha256sum | cut -c1-16)
[ -e "$mark" ] && { echo "already there: $dest"; exit 0; }
rm -rf "$dest"
/usr/bin/python3 -m venv "$dest"
"$dest/bin/pip" install --quiet --disable-pip-version-check "${tools[@]}"
touch "$mark"
