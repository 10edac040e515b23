#!/bin/bash
# The world a system test's daemons live in: their own mounts, network, processes and control groups, so that whatever
# they leave behind is seen, and goes with them.
#   sandbox.sh hold NAME       makes it and stays until its standard input ends
#   sandbox.sh enter COMMAND…  runs a command inside (called through nsenter)
set -euo pipefail

join_cgroups() { # NAME: become a member of the group NAME below every hierarchy
  local directory controller
  for directory in /sys/fs/cgroup/*/; do
    [ -e "$directory/cgroup.procs" ] || continue
    controller=$directory$1
    mkdir -p "$controller"
    if [ -e "$controller/cpuset.cpus" ]; then # cgroups(7): a v1 cpuset accepts nobody before it has these
      cat "$directory/cpuset.cpus" >"$controller/cpuset.cpus"
      cat "$directory/cpuset.mems" >"$controller/cpuset.mems"
      echo 1 >"$controller/cgroup.clone_children"
    fi
    if [ -e "$controller/memory.use_hierarchy" ]; then echo 1 >"$controller/memory.use_hierarchy" 2>/dev/null || true; fi
    echo 0 >"$controller/cgroup.procs"
  done
}

join_unified() { # the same where there is only version 2
  mkdir -p "/sys/fs/cgroup/$1"
  echo 0 >"/sys/fs/cgroup/$1/cgroup.procs"
}

remount_cgroups() { # a cgroup namespace shows its own root only in mounts made inside it (cgroup_namespaces(7))
  if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mkdir -p /sys/fs/cgroup/init
    echo 0 >/sys/fs/cgroup/init/cgroup.procs
    local controller
    for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
      echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
    done
    return
  fi
  local kinds
  kinds=$(awk '$2 ~ "^/sys/fs/cgroup/" { print $2, $3, $4 }' /proc/mounts)
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  while read -r target type options; do
    mkdir -p "$target"
    if [ "$type" = cgroup2 ]; then
      mount -t cgroup2 cgroup "$target"
    else
      options=$(tr ',' '\n' <<<"$options" | grep -vE '^(rw|ro|relatime|nosuid|nodev|noexec|xattr|seclabel|release_agent=.*|clone_children)$' | paste -sd,)
      mount -t cgroup -o "$options" cgroup "$target"
    fi
  done <<<"$kinds"
}

case ${1:-} in
  hold)
    if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then join_unified "$2"; else join_cgroups "$2"; fi
    exec unshare --cgroup --mount --propagation private -- bash "$0" held ;;
  held)
    remount_cgroups
    mount -t proc proc /proc
    mount -t tmpfs -o mode=755 tmpfs /run
    ip link set lo up
    echo ready
    exec tini -- cat ;;
  enter)
    shift
    if [ -d /sys/fs/cgroup/init ]; then
      echo 0 >/sys/fs/cgroup/init/cgroup.procs
    else
      for procs in /sys/fs/cgroup/*/cgroup.procs; do echo 0 >"$procs"; done
    fi
    exec "$@" ;;
  *) echo "usage: sandbox.sh hold NAME | enter COMMAND…" >&2; exit 2 ;;
esac
