#!/usr/bin/env bash
# Installs the clients of others that the tests run, once: scripts/test-clients.sh CACHE
# Python's comes from the distribution; those of Node are put into CACHE/node.
set -euo pipefail
mkdir -p "$1/node"
cd "$1/node"
if ! command -v npm >/dev/null; then
  echo "no npm: the tests of Node's clients are skipped" >&2
  exit 0
fi
wanted="dockerode@5 testcontainers@10 tar-stream@3"
if [ "$(cat installed 2>/dev/null || true)" != "$wanted" ]; then
  [ -f package.json ] || echo '{"private":true}' > package.json
  # shellcheck disable=SC2086
  npm install --no-audit --no-fund --loglevel error $wanted >/dev/null
  echo "$wanted" > installed
fi
