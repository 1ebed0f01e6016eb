#!/usr/bin/env bash
# Puts the CPython of an older release of Debian, for another processor, into DEST, as pythons.sh does with those of its newest: for making the
# captures of it that the corpus has. CI doesn't need it.
#   older_pythons.sh DEST ARCH RELEASE VERSION    such as .pythons/armhf armhf bookworm 3.11, or bullseye 3.9
# DEST/usr/bin/pythonX.Y runs with `qemu-arm-static -L DEST`. Needs apt and dpkg.
set -euo pipefail
dest=$1 arch=$2 release=$3 version=$4
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources | head -1)
printf 'deb [signed-by=%s] %s %s main\n' /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" "$release" >"$work/sources.list"
cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
APT::Architectures { "amd64"; "$arch"; };
APT::Sandbox::User "root";
CONF
export APT_CONFIG=$work/apt.conf
apt-get update -qq
case $release in bullseye) own=(libssl1.1 libffi7) ;; *) own=(libssl3 libffi8) ;; esac
packages=(libc6 libexpat1 zlib1g libgcc-s1 libstdc++6 liblzma5 libbz2-1.0 libsqlite3-0 libuuid1 libncursesw6 libtinfo6 libreadline8 "${own[@]}")
packages+=("python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib")
(cd "$work/debs" && apt-get download -qq "${packages[@]/%/:$arch}")
for package in "$work"/debs/*.deb; do dpkg -x "$package" "$dest"; done
