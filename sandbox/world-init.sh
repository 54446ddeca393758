#!/bin/sh
# First process of the sandbox's namespaces: gives them mounts and a network of their own, then only collects zombies.
# Everything that the sandbox starts lives in here, so that the end of this process is the end of all of it.
# Arguments: the home of the sandbox, its container network's address, and the programs' folder to lay over /usr/local/lib.
set -eu
home=$1 address=$2
world=$home/world

# The process id as the outside sees it; /proc is still the outside's. `read` so that no other process is asked.
read -r pid _ </proc/self/stat

# Mounts of the kubelet must reach containerd and back, and nothing may reach the outside.
mount --make-rprivate /
mount --make-rshared /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock

# Control groups, seen from this sandbox's own group as the root: whatever is made in there is found and removed from outside.
generic='^(rw|ro|nosuid|nodev|noexec|relatime|xattr|clone_children|release_agent=.*)$'
grep ' /sys/fs/cgroup' /proc/mounts | while read -r _ folder type options _; do
  case $type in
    cgroup)
      controllers=$(echo "$options" | tr , '\n' | grep -Ev "$generic" | paste -sd, -)
      umount "$folder"
      mount -t cgroup -o "$controllers" cgroup "$folder"
      ;;
    cgroup2)
      umount "$folder"
      mount -t cgroup2 cgroup2 "$folder"
      ;;
  esac
done

# The files that name the world.
mount --bind "$world/hosts" /etc/hosts
resolver=$(realpath -m /etc/resolv.conf)
mkdir -p "$(dirname "$resolver")"
[ -e "$resolver" ] || : >"$resolver"
mount --bind "$world/resolv.conf" "$resolver"
mount --bind "$world/ca-certificates.crt" "$(realpath /etc/ssl/certs/ca-certificates.crt)"
# Docker looks for plugins of the system there; an own DOCKER_CONFIG must not lose them.
mount -t overlay -o "lowerdir=$world/lib:/usr/local/lib" overlay /usr/local/lib
# Folders that the kubelet, the container network and containerd cannot be talked out of.
for folder in /var/lib/kubelet /var/lib/cni /var/log; do
  mkdir -p "$folder" "$world$folder"
  mount --bind "$world$folder" "$folder"
done
# Kernel settings that the kubelet would change for the whole machine: it finds them as it wants them.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=/proc/sys/${setting%=*}
  [ -e "$file" ] || continue
  fake=$world/sysctl-$(basename "${setting%=*}")
  echo "${setting#*=}" >"$fake"
  mount --bind "$fake" "$file"
done

ip link set lo up
# A bridge without ports: not every kernel has the dummy interface.
ip link add wpp0 type bridge
ip address add "$address/32" dev wpp0
ip link set wpp0 up

echo "$pid $(readlink /proc/self/ns/net)" >"$world/init.partial"
mv "$world/init.partial" "$world/init"
exec tini -s -- sleep infinity
