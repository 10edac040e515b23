#!/usr/bin/env bash
# From a clean clone to a container that ran, without a registry.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

need_packages libseccomp2
./build.sh
gantry=$PWD/out/bin/gantry
daemon=
if [ "$(id -u)" -ne 0 ] && ! "$gantry" version >/dev/null 2>&1; then
  say "starting gantryd (it needs root)"
  sudo "$PWD/out/bin/gantryd" >/dev/null 2>&1 &
  for _ in $(seq 50); do sudo "$gantry" version >/dev/null 2>&1 && break; sleep 0.1; done
  daemon=sudo
fi
say "gantry run --rm gantry/hello"
$daemon "$gantry" run --rm gantry/hello
cat <<EOF
It works. Try next:
  export PATH=$PWD/out/bin:\$PATH
  ${daemon:+sudo }gantry images
  ${daemon:+sudo }gantry run -d --name first gantry/hello
  ${daemon:+sudo }gantry logs first
EOF
