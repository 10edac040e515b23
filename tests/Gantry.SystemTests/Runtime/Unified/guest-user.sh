# Runs as an ordinary user of the virtual machine, to whom a part of the cgroups is delegated (guest.sh).
export XDG_RUNTIME_DIR=/run/user/1000 PATH=/bin
cd /run/user/1000/bundle
own=user.slice/user-1000.slice/user@1000.service

check() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok user: $1"; else echo "not ok user: $1: wanted $2, got $3"; fi
}

config() { # CGROUP RESOURCES PROGRAM
  cat >config.json <<JSON
{ "ociVersion": "1.2.0",
  "process": { "user": { "uid": 0, "gid": 0 }, "args": ["sh", "-c", "$3"], "env": ["PATH=/bin"], "cwd": "/", "noNewPrivileges": true },
  "root": { "path": "rootfs" },
  "mounts": [{ "destination": "/proc", "type": "proc", "source": "proc" }, { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"] },
    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"] }],
  "linux": { "cgroupsPath": "$1", "resources": $2,
    "uidMappings": [{ "containerID": 0, "hostID": 1000, "size": 1 }], "gidMappings": [{ "containerID": 0, "hostID": 1000, "size": 1 }],
    "namespaces": [{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}] } }
JSON
}

limits='{ "memory": { "limit": 33554432 }, "pids": { "limit": 20 }, "cpu": { "quota": 50000, "period": 100000 } }'
config "/$own/c" "$limits" "sleep 1000"
gantry-runtime run -d c </dev/null >/run/user/1000/out 2>&1 || echo "not ok user: a container with limits: $(cat /run/user/1000/out)"
check memory.max 33554432 "$(cat /sys/fs/cgroup/$own/c/memory.max)"
check pids.max 20 "$(cat /sys/fs/cgroup/$own/c/pids.max)"
check cpu.max "50000 100000" "$(cat /sys/fs/cgroup/$own/c/cpu.max)"
check "a member" 1 "$(wc -l <"/sys/fs/cgroup/$own/c/cgroup.procs")"
check "root inside" 0 "$(gantry-runtime exec c id -u)"
check "its own root" "0::/" "$(gantry-runtime exec c cat /proc/self/cgroup)"
gantry-runtime update --memory 50331648 c
check "updated" 50331648 "$(cat /sys/fs/cgroup/$own/c/memory.max)"
gantry-runtime pause c; check paused 1 "$(cat /sys/fs/cgroup/$own/c/cgroup.freeze)"
gantry-runtime resume c
gantry-runtime delete --force c
check removed no "$([ -e /sys/fs/cgroup/$own/c ] && echo yes || echo no)"
config "/$own/c" "$limits" "head -c 200m /dev/zero | tail >/dev/null; echo survived \$?"
check "too much memory" "survived 137" "$(gantry-runtime run c 2>/dev/null)"
config "/somewhere/else" "$limits" "true"
check "not delegated" yes "$(gantry-runtime run c 2>&1 | grep -q 'this user may make no cgroup' && echo yes)"
config "/$own/c" '{ "cpu": { "cpus": "0" } }' "true"
check "a controller that is not delegated" yes "$(gantry-runtime run c 2>&1 | grep -q 'cgroup controller cpuset' && echo yes)"
