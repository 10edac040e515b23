# Runs as pid 1 of a virtual machine: what containers and volumes may hold, on file systems with project quotas.
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev 2>/dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
# The kernel loads what gantryd and mount ask for.
mkdir -p /lib/modules/$(uname -r) && mv /lib/*.ko /lib/modules/$(uname -r)/ && depmod
echo /bin/modprobe >/proc/sys/kernel/modprobe
modprobe nf_tables
modprobe brd rd_nr=2 rd_size=340000
mkfs.xfs -q /dev/ram0 && mkfs.ext4 -q -O quota,project /dev/ram1
mkdir -p /xfs /ext4
export DOCKER_HOST=unix:///run/g/gantry.sock

check() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok $system: $1"; else echo "not ok $system: $1: wanted $2, got $3"; fi
}

start() { # OPTION…: a daemon, waited for
  gantryd --data-root /$system/g --exec-root /run/g "$@" >/tmp/log 2>&1 &
  daemon=$!
  i=0
  while [ $i -lt 300 ] && ! gantry version >/dev/null 2>&1 && kill -0 $daemon 2>/dev/null; do i=$((i + 1)); sleep 0.1; done
}

stop() { kill $daemon; wait $daemon; }
kilobytes() { gantry exec "$1" df -k "$2" | awk 'NR == 2 { print $2 }'; }
writes() { # CONTAINER FILE: how many KB it may write, of too many
  gantry exec "$1" sh -c "head -c 30m /dev/zero >$2; wc -c <$2" 2>/dev/null
}
box="--network none box sleep 100000"

for system in xfs ext4; do
  # Without quotas: Docker's words.
  mount -t $system /dev/$([ $system = xfs ] && echo ram0 || echo ram1) /$system
  start
  tar -C /bundle/rootfs -c . | gantry import - box >/dev/null 2>&1
  check "no quotas" "Error response from daemon: --storage-opt is supported only for overlay over xfs with 'pquota' mount option" "$(gantry create --storage-opt size=20m $box 2>&1 | head -1)"
  check "no quotas for volumes" "Error response from daemon: create vol: quota size requested but no quota support" "$(gantry volume create --opt size=20m vol 2>&1)"
  stop
  start --storage-opt overlay2.size=8m
  check "a default without quotas" yes "$(grep -q "storage-opts overlay2.size: the file system of /$system/g has no project quotas" /tmp/log && echo yes || cat /tmp/log)"
  wait $daemon
  umount /$system

  mount -t $system -o $([ $system = xfs ] && echo pquota || echo prjquota) /dev/$([ $system = xfs ] && echo ram0 || echo ram1) /$system
  start
  gantry run -d --name ca --storage-opt size=20m $box >/dev/null
  gantry run -d --name cb --storage-opt size=10MiB $box >/dev/null
  gantry run -d --name free $box >/dev/null
  check "df of a" 20480 "$(kilobytes ca /)"
  check "df of b" 10240 "$(kilobytes cb /)"
  check "df without a limit" yes "$([ "$(kilobytes free /)" -gt 100000 ] && echo yes)"
  check inspect "map[size:20m]" "$(gantry inspect -f '{{.HostConfig.StorageOpt}}' ca)"
  check "no more than a's" yes "$(written=$(writes ca /f); [ $written -gt 19000000 ] && [ $written -le 20971520 ] && echo yes || echo $written)"
  check "what is in the image counts when it changes" "$([ $system = xfs ] && echo 'No space left on device' || echo 'Disk quota exceeded')" "$(gantry exec ca sh -c 'cat /bin/busybox >/g' 2>&1 | sed -n 's/.*: //p' | tail -1)"
  check "b is not touched" yes "$(written=$(writes cb /f); [ $written -gt 9000000 ] && [ $written -le 10485760 ] && echo yes || echo $written)"
  check "nor is what has none" 31457280 "$(writes free /f)"
  gantry restart -t 0 ca >/dev/null
  stop; start
  check "df after restarts" 20480 "$(kilobytes ca /)"
  check "full after restarts" yes "$(gantry exec ca sh -c 'echo 1 >/g && cat /bin/busybox >>/g' 2>/dev/null || echo yes)"
  gantry run -d --name cc --storage-opt size=5m $box >/dev/null
  check "df of one made later" 5120 "$(kilobytes cc /)"
  check "df of those made earlier" "20480 10240" "$(kilobytes ca /) $(kilobytes cb /)"

  gantry volume create --opt size=6m vol >/dev/null
  check "options of the volume" "map[size:6m]" "$(gantry volume inspect -f '{{.Options}}' vol)"
  gantry run -d --name cd -v vol:/v $box >/dev/null
  check "df of a volume" 6144 "$(kilobytes cd /v)"
  check "no more than the volume's" yes "$(written=$(writes cd /v/f); [ $written -gt 5000000 ] && [ $written -le 6291456 ] && echo yes || echo $written)"
  check "the volume beside another use" 6144 "$(gantry run --rm --network none -v vol:/w box true; kilobytes cd /v)"
  for wrong in "size=x:create wrong: invalid size: 'x'" "type=tmpfs:create wrong: missing required option: \"device\""; do
    check "wrong: ${wrong%%:*}" "Error response from daemon: ${wrong#*:}" "$(gantry volume create --opt "${wrong%%:*}" wrong 2>&1)"
  done
  check "no size" "Error response from daemon: invalid size: 'many'" "$(gantry create --storage-opt size=many $box 2>&1 | head -1)"
  check "no option" "Error response from daemon: Unknown option colour" "$(gantry create --storage-opt colour=red $box 2>&1 | head -1)"

  stop; start --storage-opt overlay2.size=7m --storage-opt overlay2.override_kernel_check=true
  gantry run -d --name ce $box >/dev/null
  gantry run -d --name cf --storage-opt size=9m $box >/dev/null
  check "the default, and another" "7168 9216" "$(kilobytes ce /) $(kilobytes cf /)"
  gantry rm -f ca cb cc cd ce cf free >/dev/null; gantry volume rm vol >/dev/null
  check "nothing is left of the limits" "" "$(xfs_quota -x -f -c 'report -p -n -N -b' /$system 2>&1 | awk '$1 != "#0" && ($2 > 0 || $4 > 0)')"
  stop
done
echo done
poweroff -f
