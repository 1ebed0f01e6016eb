#!/usr/bin/env bash
# Puts real CPythons for macOS, their libraries and programs alone, into DEST, for tests of what reads such files: they don't run here.
#   macos_pythons.sh DEST
# DEST/VERSION-PROCESSOR/... as the archives have them (org.bytedeco:cpython on Maven Central). What is there already is left alone.
set -euo pipefail
dest=$1 versions=(3.9.6-1.5.6:x86_64 3.12.1-1.5.10:x86_64 3.14.3-1.5.13:x86_64 3.14.3-1.5.13:arm64)
stamp="$dest/.complete-$(IFS=_; echo "${versions[*]}")"
[ -e "$stamp" ] && { echo "already there: $dest"; exit 0; }
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
items=
for one in "${versions[@]}"; do
    version=${one%:*} processor=${one#*:}
    items+="<artifactItem><groupId>org.bytedeco</groupId><artifactId>cpython</artifactId><version>$version</version>
<classifier>macosx-$processor</classifier><outputDirectory>$dest/${version%%-*}-$processor</outputDirectory></artifactItem>"
done
cat >"$project/pom.xml" <<POM
<project><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>macos</artifactId><version>1</version><packaging>pom</packaging>
<build><plugins><plugin><artifactId>maven-dependency-plugin</artifactId><version>3.6.1</version><configuration>
<includes>**/libpython3*.dylib,**/bin/python*</includes><artifactItems>$items</artifactItems></configuration></plugin></plugins></build></project>
POM
mvn -q -B -f "$project/pom.xml" dependency:unpack
touch "$stamp"
