#!/usr/bin/env bash
# Makes the images the tests pull, from Debian's packages, once: scripts/test-images.sh CACHE-DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$(realpath -m "$1")
mkdir -p "$cache"
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=(tar --sort=name --mtime=@0 --numeric-owner --format=posix --pax-option=delete=atime,delete=ctime)

if [ ! -f "$cache/busybox.tar" ]; then
  root=$work/busybox
  mkdir -p "$root"/{bin,dev,etc,home,proc,root,sys,tmp,var/tmp}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  cp /bin/busybox "$root/bin/busybox"
  for applet in $("$root/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln "$root/bin/busybox" "$root/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\ndaemon:x:1:\nstaff:x:50:daemon\nnogroup:x:65534:\n' >"$root/etc/group"
  "${pack[@]}" --owner=0 --group=0 -C "$root" -cf "$work/busybox-layer.tar" .
  scripts/pack-image.sh "$work/busybox-layer.tar" "$architecture" busybox:latest '["sh"]' "$cache/busybox.tar"
fi

debian() { # NAME CMD-AS-JSON PACKAGES: a Debian of this machine's release, with further packages (a,b,c)
  [ ! -f "$cache/$1.tar" ] || return 0
  local root=$work/$1 suite
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  debootstrap --variant=minbase ${3:+"--include=$3"} "$suite" "$root" >"$work/debootstrap.log" 2>&1 || { tail -20 "$work/debootstrap.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/etc/resolv.conf "$root"/etc/hostname
  find "$root/var/log" -type f -delete
  "${pack[@]}" --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* -C "$root" -cf "$work/$1-layer.tar" .
  scripts/pack-image.sh "$work/$1-layer.tar" "$architecture" "$1:latest" "$2" "$cache/$1.tar"
}

debian debian '["bash"]' ''
debian services '["bash"]' nginx-light,postgresql,redis-server,iperf3
