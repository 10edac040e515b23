#!/usr/bin/env bash
# Packs one root file system as an image archive that is an OCI layout and a docker archive at once:
# scripts/pack-image.sh LAYER.tar ARCHITECTURE NAME:TAG CMD-AS-JSON ARCHIVE. The same input gives the same bytes.
set -euo pipefail
layer_tar=$1 architecture=$2 name=$3 cmd=$4 archive=$(realpath -m "$5")
created=2026-11-23T00:00:00Z
qualified=docker.io/$name
[[ $name == */* ]] || qualified=docker.io/library/$name
path=${IMAGE_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/layout/blobs/sha256"

digest() { sha256sum "$1" | cut -d' ' -f1; }
size() { stat -c %s "$1"; }
store() { # FILE -> its digest, and the blob under that name
  local hash; hash=$(digest "$1")
  cp "$1" "$work/layout/blobs/sha256/$hash"
  echo "$hash"
}

gzip -6n <"$layer_tar" >"$work/layer.tar.gz"
diff_id=$(digest "$layer_tar")
layer=$(store "$work/layer.tar.gz")
printf '{"architecture":"%s","os":"linux","created":"%s","config":{"Env":["PATH=%s"],"Cmd":%s},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"%s","created_by":"%s"}]}' \
  "$architecture" "$created" "$path" "$cmd" "$diff_id" "$created" "${IMAGE_HISTORY:-ADD rootfs /}" >"$work/config"
config=$(store "$work/config")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
  "$config" "$(size "$work/config")" "$layer" "$(size "$work/layer.tar.gz")" >"$work/manifest"
manifest=$(store "$work/manifest")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"},"platform":{"architecture":"%s","os":"linux"}}]}' \
  "$manifest" "$(size "$work/manifest")" "$qualified" "${name##*:}" "$architecture" >"$work/layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":["blobs/sha256/%s"]}]' \
  "$config" "$name" "$layer" >"$work/layout/manifest.json"

mkdir -p "$(dirname "$archive")"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar \
  -C "$work/layout" -cf "$archive.new" blobs index.json manifest.json oci-layout
mv -f "$archive.new" "$archive"
