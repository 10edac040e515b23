#!/bin/bash
# Boots a kernel of Debian in qemu, with cgroup version 2 alone, and runs guest.sh there: boot.sh KERNEL-DIRECTORY GANTRY-RUNTIME
# Each line of the guest's is "ok NAME" or "not ok NAME: …"; the last is "done".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kernel=$1 runtime=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,lib64,lib,tmp,run,etc,bundle/rootfs/{bin,proc,sys,dev,tmp,etc}}
busybox=$(command -v busybox)
for bin in "$root/bin" "$root/bundle/rootfs/bin"; do
  cp "$busybox" "$bin/busybox"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -sf busybox "$bin/$applet"; done
done
cp "$runtime" "$root/bin/gantry-runtime"
# With the libraries it is linked to, and the one it loads for system call filters.
for library in $(ldd "$runtime" | grep -o '/[^ ]*') $(ldconfig -p | sed -n 's/.*libseccomp\.so\.2 .* => //p' | head -1); do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp "$kernel"/modules/*.ko* "$root/lib/"
cp "$here"/guest*.sh "$root/"
# An ordinary user, whose number nobody has on the host.
printf 'root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
cat >"$root/init" <<'INIT'
#!/bin/busybox sh
# pivot_root(2) does not leave an initramfs: everything moves to a tmpfs first.
mount -t tmpfs -o size=300m tmpfs /tmp
cd / && for d in bin lib lib64 etc bundle guest*.sh; do cp -a $d /tmp/; done
mkdir -p /tmp/proc /tmp/sys /tmp/dev /tmp/tmp /tmp/run
exec switch_root /tmp /bin/sh /guest.sh </dev/console >/dev/console 2>&1
INIT
chmod 755 "$root/init" "$root"/guest*.sh
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initrd"
timeout 600 qemu-system-x86_64 -kernel "$kernel/vmlinuz" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 loglevel=0 cgroup_disable=misc" \
  -m 1024 -smp 2 -nographic -no-reboot -nic none -monitor none -serial stdio </dev/null | tr -d '\r'
