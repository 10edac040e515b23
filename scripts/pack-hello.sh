#!/usr/bin/env bash
# Packs one static executable as an image archive that is an OCI layout and a docker archive at once:
# scripts/pack-hello.sh EXECUTABLE RID ARCHIVE. The same executable gives the same bytes.
set -euo pipefail
executable=$1 rid=$2 archive=$(realpath -m "$3")
architecture=${rid#linux-}; [ "$architecture" = x64 ] && architecture=amd64
created=2026-11-23T00:00:00Z
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=(tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar)

mkdir -p "$work/root" "$work/layout/blobs/sha256"
install -m 755 "$executable" "$work/root/hello"
"${pack[@]}" -C "$work/root" -cf "$work/layer.tar" hello
gzip -9n <"$work/layer.tar" >"$work/layer.tar.gz"

digest() { sha256sum "$1" | cut -d' ' -f1; }
store() { # FILE -> digest, and the blob under it
  local hash; hash=$(digest "$1")
  cp "$1" "$work/layout/blobs/sha256/$hash"
  echo "$hash"
}
size() { stat -c %s "$1"; }

diff_id=$(digest "$work/layer.tar")
layer=$(store "$work/layer.tar.gz")
printf '{"architecture":"%s","os":"linux","created":"%s","config":{"Env":["PATH=/"],"Cmd":["/hello"],"WorkingDir":"/","Labels":{"org.opencontainers.image.title":"gantry/hello","org.opencontainers.image.licenses":"Apache-2.0"}},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"%s","created_by":"COPY hello / # from src/Gantry.Hello"}]}' \
  "$architecture" "$created" "$diff_id" "$created" >"$work/config"
config=$(store "$work/config")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
  "$config" "$(size "$work/config")" "$layer" "$(size "$work/layer.tar.gz")" >"$work/manifest"
manifest=$(store "$work/manifest")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"docker.io/gantry/hello:latest","org.opencontainers.image.ref.name":"latest"},"platform":{"architecture":"%s","os":"linux"}}]}' \
  "$manifest" "$(size "$work/manifest")" "$architecture" >"$work/layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
printf '[{"Config":"blobs/sha256/%s","RepoTags":["gantry/hello:latest"],"Layers":["blobs/sha256/%s"]}]' \
  "$config" "$layer" >"$work/layout/manifest.json"

mkdir -p "$(dirname "$archive")"
"${pack[@]}" -C "$work/layout" -cf "$archive.new" blobs index.json manifest.json oci-layout
mv -f "$archive.new" "$archive"
