#!/usr/bin/env bash
# Gets the clients of others that the tests run, once: scripts/test-clients.sh CACHE
# Python's come from the distribution; those of Node are put into CACHE/node, plug-ins of docker into CACHE/plugins.
set -euo pipefail
mkdir -p "$1/node" "$1/plugins"
cache=$(realpath "$1")

# Compose and buildx of Debian 13, which this machine's release need not have, out of their packages: fetched and verified by
# apt, from where the machine has its own packages, with lists of its own.
plugins() {
  local release=trixie wanted="docker-compose docker-buildx" mirror keys apt
  [ "$(cat "$cache/plugins/installed" 2>/dev/null || true)" != "$release $wanted" ] || return 0
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -1)
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -n "$mirror" ] && [ -f "$keys" ] || { echo "no mirror of Debian is known: the tests of docker's plug-ins are skipped" >&2; return 0; }
  apt=$(mktemp -d)
  chmod 755 "$apt"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/fetched"
  echo "deb [signed-by=$keys] $mirror $release main" >"$apt/sources.list"
  local options=(-qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$apt/lists"
    -o Dir::Cache::Archives="$apt/archives" -o Dir::Cache::PkgCache= -o Dir::Cache::SrcPkgCache= -o APT::Sandbox::User=root -o Acquire::Languages=none)
  # shellcheck disable=SC2086
  if apt-get "${options[@]}" update && (cd "$apt/fetched" && apt-get "${options[@]}" download $wanted); then
    local package
    for package in "$apt"/fetched/*.deb; do dpkg-deb -x "$package" "$apt/root"; done
    cp "$apt"/root/usr/libexec/docker/cli-plugins/docker-* "$cache/plugins/"
    echo "$release $wanted" >"$cache/plugins/installed"
  else
    echo "docker's plug-ins could not be had: their tests are skipped" >&2
  fi
  rm -rf "$apt"
}

plugins
cd "$cache/node"
if ! command -v npm >/dev/null; then
  echo "no npm: the tests of Node's clients are skipped" >&2
  exit 0
fi
wanted="dockerode@5 testcontainers@10 tar-stream@3 @devcontainers/cli@0.89"
if [ "$(cat installed 2>/dev/null || true)" != "$wanted" ]; then
  [ -f package.json ] || echo '{"private":true}' > package.json
  # shellcheck disable=SC2086
  npm install --no-audit --no-fund --loglevel error $wanted >/dev/null
  echo "$wanted" > installed
fi
