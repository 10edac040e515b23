# Runs as pid 1 of a virtual machine: what containers may use, with every controller of cgroup version 2.
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev 2>/dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
insmod /lib/brd.ko* rd_nr=1
insmod /lib/configfs.ko* && insmod /lib/null_blk.ko* nr_devices=1
disk=$(cat /sys/block/nullb0/dev)
cd /bundle

check() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: wanted $2, got $3"; fi
}

config() { # RESOURCES PROGRAM…: writes config.json
  resources=$1; shift
  args=
  for word in "$@"; do args="$args${args:+, }\"$word\""; done
  cat >config.json <<JSON
{ "ociVersion": "1.2.0",
  "process": { "user": { "uid": 0, "gid": 0 }, "args": [$args], "env": ["PATH=/bin"], "cwd": "/", "noNewPrivileges": true,
    "capabilities": { "bounding": ["CAP_MKNOD"], "effective": ["CAP_MKNOD"], "permitted": ["CAP_MKNOD"] } },
  "root": { "path": "rootfs" },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"] },
    { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"] },
    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro", "nosuid", "noexec", "nodev"] } ],
  "linux": { "cgroupsPath": "/some/where/c", "resources": $resources,
    "namespaces": [{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"}] } }
JSON
}

file() { cat "/sys/fs/cgroup/some/where/c/$1" 2>&1 | head -1; }
deny='"devices": [{ "allow": false, "access": "rwm" }]'

for controller in cpuset cpu io memory hugetlb pids rdma; do
  check "controller $controller" yes "$(grep -qw $controller /sys/fs/cgroup/cgroup.controllers && echo yes || echo no)"
done

config "{ $deny, \"memory\": { \"limit\": 67108864, \"reservation\": 33554432, \"swap\": 100663296 },
  \"cpu\": { \"shares\": 512, \"quota\": 50000, \"period\": 100000, \"cpus\": \"0\", \"mems\": \"0\" }, \"pids\": { \"limit\": 20 },
  \"hugepageLimits\": [{ \"pageSize\": \"2MB\", \"limit\": 4194304 }],
  \"blockIO\": { \"throttleReadBpsDevice\": [{ \"major\": 1, \"minor\": 0, \"rate\": 1048576 }], \"throttleWriteIOPSDevice\": [{ \"major\": 1, \"minor\": 0, \"rate\": 200 }] },
  \"unified\": { \"memory.high\": \"50331648\" } }" sleep 1000
gantry-runtime run -d --pid-file /tmp/pid c </dev/null >/tmp/out 2>&1 || echo "not ok a container with every limit: $(cat /tmp/out)"
check memory.max 67108864 "$(file memory.max)"
check memory.low 33554432 "$(file memory.low)"
check memory.swap.max 33554432 "$(file memory.swap.max)"
check memory.high 50331648 "$(file memory.high)"
check cpu.weight 20 "$(file cpu.weight)"
check cpu.max "50000 100000" "$(file cpu.max)"
check cpuset.cpus 0 "$(file cpuset.cpus)"
check pids.max 20 "$(file pids.max)"
check hugetlb 4194304 "$(file hugetlb.2MB.max)"
check io.max "1:0 rbps=1048576 wbps=max riops=max wiops=200" "$(file io.max)"
check "the init is a member" "$(cat /tmp/pid)" "$(file cgroup.procs)"
check "its own root" "0::/" "$(gantry-runtime exec c cat /proc/self/cgroup)"
check "its own cgroups are shown" 20 "$(gantry-runtime exec c cat /sys/fs/cgroup/pids.max)"
gantry-runtime exec -d c sleep 1000 </dev/null >/dev/null 2>&1
check "a further process is a member" 2 "$(wc -l </sys/fs/cgroup/some/where/c/cgroup.procs)"
gantry-runtime pause c; check paused paused "$(gantry-runtime state c | sed -n 's/.*"status": "\(.*\)",/\1/p')"
check cgroup.freeze 1 "$(file cgroup.freeze)"
gantry-runtime resume c; check resumed running "$(gantry-runtime state c | sed -n 's/.*"status": "\(.*\)",/\1/p')"
gantry-runtime update --memory 83886080 --memory-swap -1 --pids-limit 30 --cpu-share 1024 --cpu-quota 20000 c
check "updated memory.max" 83886080 "$(file memory.max)"
check "updated memory.swap.max" max "$(file memory.swap.max)"
check "updated pids.max" 30 "$(file pids.max)"
check "updated cpu.max" "20000 100000" "$(file cpu.max)"
check events yes "$(gantry-runtime events --stats c | grep -q '"pids":{"current":2,"limit":30}' && echo yes)"
gantry-runtime kill --all c KILL; i=0
while [ $i -lt 50 ] && ! gantry-runtime delete c 2>/dev/null; do i=$((i + 1)); sleep 0.1; done
check "removed" no "$([ -e /sys/fs/cgroup/some/where/c ] && echo yes || echo no)"

config "{ $deny, \"memory\": { \"limit\": 33554432, \"swap\": 33554432 } }" sh -c "head -c 200m /dev/zero | tail >/dev/null; echo survived \$?"
check "too much memory" "survived 137" "$(gantry-runtime run c 2>/dev/null)"
config "{ $deny, \"pids\": { \"limit\": 4 } }" sh -c "for i in 1 2 3 4 5 6; do sleep 1 & done; wait"
check "too many processes" yes "$(gantry-runtime run c 2>&1 | grep -q fork && echo yes)"
config "{ $deny }" sh -c "mknod /dev/other c 5 1; { true </dev/other; } 2>/dev/null || echo denied; head -c 2 /dev/zero | wc -c"
check "devices" "denied 2" "$(gantry-runtime run c 2>/dev/null | tr '\n' ' ' | sed 's/ $//')"
config "{ \"devices\": [{ \"allow\": false, \"access\": \"rwm\" }, { \"allow\": true, \"type\": \"c\", \"major\": 5, \"minor\": 1, \"access\": \"r\" }] }" \
  sh -c "mknod /dev/other c 5 1; { true </dev/other; } && echo read; { true >/dev/other; } 2>/dev/null || echo unwritten"
check "devices that are allowed" "read unwritten" "$(gantry-runtime run c 2>/dev/null | tr '\n' ' ' | sed 's/ $//')"
weights="{ \"blockIO\": { \"weight\": 500, \"weightDevice\": [{ \"major\": ${disk%:*}, \"minor\": ${disk#*:}, \"weight\": 10 }] } }"
config "$weights" sleep 1000
echo "$disk enable=1" >/sys/fs/cgroup/io.cost.qos
gantry-runtime run -d c </dev/null >/tmp/out 2>&1 || echo "not ok weights of disks: $(cat /tmp/out)"
check "io.weight" "default 4950 $disk 1" "$(cat /sys/fs/cgroup/some/where/c/io.weight | tr '\n' ' ' | sed 's/ $//')"
gantry-runtime delete --force c
echo "$disk enable=0" >/sys/fs/cgroup/io.cost.qos
insmod /lib/bfq.ko* && echo bfq >/sys/block/nullb0/queue/scheduler
config "$weights" sleep 1000
gantry-runtime run -d c </dev/null >/tmp/out 2>&1 || echo "not ok weights of a scheduler: $(cat /tmp/out)"
check "io.bfq.weight" "default 500 $disk 10" "$(cat /sys/fs/cgroup/some/where/c/io.bfq.weight | tr '\n' ' ' | sed 's/ $//')"
gantry-runtime delete --force c

refuses() { # NAME WORDS RESOURCES: one sentence that has the words, and no container
  config "$3" true
  said=$(gantry-runtime run c 2>&1)
  case $said in
    *"$2"*) [ "$(echo "$said" | wc -l)" = 1 ] && echo "ok $1" || echo "not ok $1: more than a line: $said" ;;
    *) echo "not ok $1: wanted $2, got $said" ;;
  esac
}

refuses "no such device of rdma" "linux.resources: rdma.max mlx5_0 hca_handle=3 hca_object=max: the kernel refuses it: no such device (ENODEV)" '{ "rdma": { "mlx5_0": { "hcaHandles": 3 } } }'
refuses "no such page size" "hugetlb.3MB.max 4096: this kernel has no such limit" '{ "hugepageLimits": [{ "pageSize": "3MB", "limit": 4096 }] }'
refuses "no such disk" "linux.resources: io.max 250:250 rbps=1: the kernel refuses it: no such device (ENODEV)" '{ "blockIO": { "throttleReadBpsDevice": [{ "major": 250, "minor": 250, "rate": 1 }] } }'
refuses "no controller of this kernel" "this machine has no cgroup controller misc" '{ "unified": { "misc.max": "a 1" } }'
refuses "no real time" "linux.resources.cpu.realtimeRuntime: 1000: cgroup v2 has no limit of real time" '{ "cpu": { "realtimeRuntime": 1000 } }'
refuses "no swappiness" "linux.resources.memory.swappiness: 60: cgroup v2 has no such setting" '{ "memory": { "swappiness": 60 } }'
config "{ \"network\": { \"classID\": 7 } }" true
check "no such controller" yes "$(gantry-runtime run c 2>&1 | grep -q 'cgroup v2 has no controller net_cls' && echo yes)"
config "{ \"unified\": { \"memory.nothing\": \"1\" } }" true
check "no such file" yes "$(gantry-runtime run c 2>&1 | grep -q 'memory.nothing 1: this kernel has no such limit' && echo yes)"
check "nothing is left" "" "$(ls -d /sys/fs/cgroup/some/where/*/ 2>/dev/null)"

# As systemd delegates (https://systemd.io/CGROUP_DELEGATION): a part of the tree belongs to the user, with these files of it.
delegated=/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service
mkdir -p $delegated/app.slice
for d in /sys/fs/cgroup /sys/fs/cgroup/user.slice /sys/fs/cgroup/user.slice/user-1000.slice; do echo "+cpu +memory +pids" >$d/cgroup.subtree_control; done
for f in . cgroup.procs cgroup.threads cgroup.subtree_control app.slice app.slice/cgroup.procs; do chown 1000:1000 $delegated/$f; done
mkdir -p /run/user/1000 && cp -a /bundle /run/user/1000/bundle && chown -R 1000:1000 /run/user/1000
# Nobody but the user's own processes may be where theirs come from.
(echo 0 >$delegated/app.slice/cgroup.procs; exec su user -c "sh /guest-user.sh") 2>&1
check "nothing of the user's is left" "app.slice" "$(cd $delegated && ls -d */ | tr -d /)"
echo done
poweroff -f
