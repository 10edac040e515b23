#!/usr/bin/env bash
# Unpacks Debian's kernel for virtual machines, once, for the tests that need a kernel of their own:
# scripts/test-kernel.sh CACHE. It is in CACHE/kernel then, and nothing of this machine's own boot changes.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
target=$(realpath -m "$1")/kernel
[ ! -e "$target/vmlinuz" ] || exit 0
if [ "$(host_rid)" != linux-x64 ]; then
  echo "the tests that boot a kernel are for x86_64: they are skipped" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The name without a version depends on the newest one.
package() { apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1; }
[ -n "$(package)" ] || as_root apt-get update -qq
download() { (cd "$work" && apt-get download -qq "$(package)"); }
say "unpacking $(package)"
download 2>/dev/null || { as_root apt-get update -qq && download; }
dpkg-deb -x "$work"/*.deb "$work/root"
rm -rf "$target"
mkdir -p "$target/modules"
# What guest.sh loads, and no more: a disk of memory, a disk with a queue, and the scheduler that knows weights.
find "$work/root" \( -name 'brd.ko*' -o -name 'null_blk.ko*' -o -name 'configfs.ko*' -o -name 'bfq.ko*' \) -exec cp {} "$target/modules/" \;
mv "$work"/root/boot/vmlinuz-* "$target/vmlinuz"
