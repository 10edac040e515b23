# What the scenarios of command lines share: sourced, with DOCKER_HOST set. PLUGINS is a directory of docker's plug-ins.
set -eu
exec 3>&1 1>&2 # the result alone goes to the output
work=$(mktemp -d)
export DOCKER_CONFIG=$work/config
mkdir "$DOCKER_CONFIG"
printf '{"cliPluginsExtraDirs":["%s"]}' "${PLUGINS:-}" >"$DOCKER_CONFIG/config.json"
mark=sh$$

finish() { # what a scenario left, by its own leave()
  local status=$?
  set +e
  leave >/dev/null 2>&1
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'echo "line $LINENO of $0 failed: $BASH_COMMAND" >&2' ERR

same() { # WANTED GOT
  [ "$1" = "$2" ] || { printf 'wanted: %s\ngot:    %s\n' "$1" "$2" >&2; return 1; }
}

within() { # SECONDS COMMAND…: until it succeeds
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}
