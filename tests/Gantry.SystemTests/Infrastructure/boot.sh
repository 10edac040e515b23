#!/bin/bash
# Boots a kernel of Debian in qemu, with cgroup version 2 alone, and runs guest.sh there:
# boot.sh KERNEL-DIRECTORY GUEST-DIRECTORY MEGABYTES PROGRAM…
# GUEST-DIRECTORY has guest.sh and what lies beside it; the programs come into /bin, with the libraries they are linked to.
# Each line of the guest's is "ok NAME" or "not ok NAME: …"; the last is "done".
set -euo pipefail
kernel=$1 guest=$2 megabytes=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,lib64,lib,tmp,run,etc,bundle/rootfs/{bin,proc,sys,dev,tmp,etc}}
busybox=$(command -v busybox)
for bin in "$root/bin" "$root/bundle/rootfs/bin"; do
  cp "$busybox" "$bin/busybox"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -sf busybox "$bin/$applet"; done
done
with_libraries() { # FILE DIRECTORY: copies it there, and what it is linked to where that is
  rm -f "$root$2/$(basename "$1")"
  for file in "$1:$2" $(ldd "$1" | sed -n 's|.*[ \t]\(/[^ ]*/\)\([^ ]*\) .*|\1\2:\1|p'); do
    mkdir -p "$root${file#*:}"
    cp -L "${file%%:*}" "$root${file#*:}/"
  done
}

for program in "$@"; do with_libraries "$program" /bin; done
# What programs load when they need it: for filters of system calls, and for TLS.
for library in $(ldconfig -p | sed -n 's/.*lib\(seccomp\.so\.2\|ssl\.so\.3\) .* => //p'); do with_libraries "$library" "$(dirname "$library")"; done
cp "$kernel"/modules/*.ko* "$root/lib/"
cp "$guest"/* "$root/"
# An ordinary user, whose number nobody has on the host.
printf 'root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
cat >"$root/init" <<'INIT'
#!/bin/busybox sh
# pivot_root(2) does not leave an initramfs: everything moves to a tmpfs first.
mount -t tmpfs -o size=80% tmpfs /tmp
cd / && for d in *; do case $d in proc|sys|dev|tmp|run|init|root) ;; *) cp -a $d /tmp/ ;; esac; done
mkdir -p /tmp/proc /tmp/sys /tmp/dev /tmp/tmp /tmp/run
exec switch_root /tmp /bin/sh /guest.sh </dev/console >/dev/console 2>&1
INIT
chmod 755 "$root/init" "$root"/guest*.sh
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initrd"
timeout 600 qemu-system-x86_64 -kernel "$kernel/vmlinuz" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 loglevel=0 cgroup_disable=misc" \
  -m "$megabytes" -smp 2 -nographic -no-reboot -nic none -monitor none -serial stdio </dev/null | tr -d '\r'
