#!/usr/bin/env bash
# The Docker of a newer Debian (26.1 of trixie), and its buildx, for the benchmark to measure beside us:
# bench/newer-docker.sh DIRECTORY [SUITE] makes DIRECTORY/root once, and in DIRECTORY/bin dockerd, which runs it there, and
# docker-buildx; put DIRECTORY/bin first on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
[ $# -ge 1 ] || fail "needs a directory: bench/newer-docker.sh DIRECTORY [SUITE]"
directory=$1 suite=${2:-trixie}
need_packages debootstrap
mkdir -p "$directory/bin"
directory=$(realpath "$directory")
if [ ! -e "$directory/root/usr/sbin/dockerd" ] || [ ! -e "$directory/root/usr/libexec/docker/cli-plugins/docker-buildx" ]; then
  say "making a root of $suite with docker.io"
  rm -rf "$directory/root"
  debootstrap --variant=minbase --include=docker.io,docker-buildx,iptables,ca-certificates "$suite" "$directory/root" >"$directory/debootstrap.log"
fi
# Its root must be a mount of its own, or runc could not leave it (pivot_root(2)).
cat >"$directory/bin/dockerd" <<WRAPPER
#!/bin/bash
exec unshare --mount --propagation private bash -c '
  root=$directory/root
  mount --bind "\$root" "\$root"
  for shared in proc sys dev tmp run; do mount --rbind "/\$shared" "\$root/\$shared"; done
  mkdir -p "\$root/old" && cd "\$root" && pivot_root . old && cd / && umount -l /old
  export PATH=/usr/sbin:/usr/bin
  exec dockerd "\$@"' dockerd "\$@"
WRAPPER
chmod +x "$directory/bin/dockerd"
ln -sf ../root/usr/libexec/docker/cli-plugins/docker-buildx "$directory/bin/docker-buildx"
say "PATH=$directory/bin:\$PATH dotnet run --project bench/Gantry.Bench -c Release"
