#!/usr/bin/env bash
# Packs the hello program as the image gantry/hello: scripts/pack-hello.sh EXECUTABLE RID ARCHIVE
set -euo pipefail
architecture=${2#linux-}
[ "$architecture" != x64 ] || architecture=amd64
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
install -D -m 755 "$1" "$root/image/hello"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -C "$root/image" -cf "$root/layer.tar" hello
IMAGE_PATH=/ IMAGE_HISTORY="COPY hello / # from src/Gantry.Hello" \
  "$(dirname "$0")/pack-image.sh" "$root/layer.tar" "$architecture" gantry/hello:latest '["/hello"]' "$3"
