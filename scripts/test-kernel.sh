#!/usr/bin/env bash
# Unpacks Debian's kernel for virtual machines, once, for the tests that need a kernel of their own:
# scripts/test-kernel.sh CACHE. It is in CACHE/kernel then, and nothing of this machine's own boot changes.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
target=$(realpath -m "$1")/kernel
[ ! -e "$target/modules/xfs.ko" ] || exit 0
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
# What the guests load, and no more: a disk of memory, a disk with a queue, the scheduler that knows weights; file systems
# with quotas; and what gantryd asks of the network.
for module in brd null_blk configfs bfq xfs libcrc32c overlay quota_v2 quota_tree bridge stp llc veth \
  nfnetlink nf_tables nf_conntrack nf_conntrack_netlink nf_nat 'nf_defrag_*' 'nf_reject_*' 'nft_*'; do
  find "$work/root" -name "$module.ko*" -exec cp {} "$target/modules/" \;
done
mv "$work"/root/boot/vmlinuz-* "$target/vmlinuz"
