#!/usr/bin/env bash
# lab-hosts.sh: hosts for tests, all on this machine, each with what makes a host one to a program: an address behind a
# cable of its own, processes that see only each other (a PID namespace whose first process is the host's sshd), a name, a
# home, a /tmp, a /dev/shm and a boot id. Kernel, CPUs, clock and the rest of the file system are the machine's.
#
#   lab-hosts.sh permitted                  exit 0 where this works, else says in one line why it does not
#   lab-hosts.sh up LAB COUNT [OPTION]...   hosts h1..hCOUNT; prints 'NAME ADDRESS' of each when its sshd answers
#       --topology hN=DIR                   hN shows DIR/sys/devices/system/{cpu,node} as its own
#       --home-size hN=SIZE                 the home of hN is a file system of SIZE, as 64m
#       --clock hN=OFFSET                   programs on hN see the time with this offset, as +3600s (package libfaketime)
#   lab-hosts.sh cut | join LAB HOST        pulls and plugs the cable (both ends see the link go)
#   lab-hosts.sh mute | unmute LAB HOST     the switch drops its frames: nobody is told
#   lab-hosts.sh nat LAB HOST               from now on its sshd can be reached and nothing else, and it reaches nobody itself
#   lab-hosts.sh freeze | thaw LAB HOST     stops and continues every process
#   lab-hosts.sh fill | drain LAB HOST      a home of its own size has no free byte any more, and has again
#   lab-hosts.sh crash LAB HOST             kills every process at once; home and /tmp stay
#   lab-hosts.sh boot LAB HOST              starts a crashed host again, with a new boot id
#   lab-hosts.sh restore LAB HOST           undoes all of these but nat; every process inside ends, files of campaigns go
#   lab-hosts.sh exec LAB HOST COMMAND...   runs a command inside
#   lab-hosts.sh pids LAB HOST              every process inside but its sshd listener, as 'PID COMMAND LINE' of this machine
#   lab-hosts.sh down LAB                   takes everything away; fine when there is nothing
#
# LAB is a folder that 'up' makes. It holds id (the key that logs in), known_hosts, and a folder per host with its sshd.log.
# The network is 198.18.N.0/24 of the range for benchmarks (RFC 2544), the first N that is free. A lab whose maker is gone
# (file 'owner': a pid, the parent of this script) is taken down by the next 'up' beside it.
set -euo pipefail

die() { echo "lab-hosts: $*" >&2; exit 1; }

sshd=$(command -v sshd || echo /usr/sbin/sshd)
login=$(id -un)
home=$(getent passwd "$login" | cut -d: -f6)

permitted() {
  [ "$(id -u)" = 0 ] || { echo "not root"; return 1; }
  local tool
  for tool in ip unshare nsenter ssh-keygen "$sshd"; do
    command -v "$tool" >/dev/null || { echo "no $tool (packages iproute2, util-linux, openssh-server)"; return 1; }
  done
  unshare --net --uts --pid --fork --kill-child --mount --mount-proc true 2>/dev/null || { echo "namespaces are not permitted here"; return 1; }
  ip link add slperm type bridge 2>/dev/null || { echo "network bridges are not permitted here"; return 1; }
  ip link del slperm
}

tag() { cat "$lab/tag"; }
space() { echo "$(tag)-$1"; }
cable() { echo "$(tag)-${1#h}"; }
init() { cat "$lab/$1/init"; }
known() { [ -n "${1:-}" ] && [ -d "$lab/$1" ] || die "no host '${1:-}' in $lab"; }

# Every process of a host's network, the listener and the two that hold its namespaces among them.
members() { ip netns pids "$(space "$1")" 2>/dev/null || true; }

boot() {
  local host=$1 dir=$lab/$1
  cat /proc/sys/kernel/random/uuid >"$dir/boot_id"
  mkdir -p /run/sshd
  # sshd reads its files again for each connection: they lie in the home, because the lab's folder may be hidden below /tmp.
  ip netns exec "$(space "$host")" unshare --uts --mount --propagation private --pid --fork --kill-child --mount-proc \
    sh -c '
      set -e; name=$1 dir=$2 home=$3 sshd=$4
      hostname "$name"
      for kind in cpu node; do
        [ ! -d "$dir/topology/$kind" ] || mount --bind "$dir/topology/$kind" "/sys/devices/system/$kind"
      done
      mount --bind "$dir/boot_id" /proc/sys/kernel/random/boot_id
      mount -t tmpfs -o size=64m,mode=1777 "shm-$name" /dev/shm
      exec 3<"$dir/tmp"
      mount --bind "$dir/home" "$home"
      mount --bind /proc/self/fd/3 /tmp
      exec 3<&-
      cd "$home"
      exec "$sshd" -D -e -f "$home/.sshd/config"
    ' boot "$host" "$dir" "$home" "$sshd" >>"$dir/sshd.log" 2>&1 </dev/null &
  echo $! >"$dir/init"
  answers "$host"
}

answers() {
  local try
  for try in $(seq 100); do
    if (exec 4<>"/dev/tcp/$(cat "$lab/$1/address")/22") 2>/dev/null; then return; fi
    sleep 0.05
  done
  cat "$lab/$1/sshd.log" >&2
  die "$1: its sshd does not answer"
}

# The line of an sshd's configuration that gives all its sessions another time of day; what is measured or waited for by
# monotonic clocks, and the times of files, stay right.
clock_line() {
  local library
  for library in /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/faketime/libfaketimeMT.so.1; do
    [ -f "$library" ] || continue
    echo "SetEnv LD_PRELOAD=$library FAKETIME=$1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 NO_FAKE_STAT=1"
    return
  done
  die "no libfaketime (package libfaketime): no host can have another clock"
}

configure() {
  local host=$1 address=$2 dir=$lab/$1
  mkdir -p "$dir/home" "$dir/tmp"
  chmod 1777 "$dir/tmp"
  if [ -n "${size[$host]:-}" ]; then
    mount -t tmpfs -o "size=${size[$host]},mode=700" "slablab-$host" "$dir/home"
    echo "${size[$host]}" >"$dir/size"
  fi
  chmod 700 "$dir/home"
  mkdir -m 700 "$dir/home/.sshd"
  ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$dir/home/.sshd/hostkey"
  cp "$lab/id.pub" "$dir/home/.sshd/logins"
  cat >"$dir/home/.sshd/config" <<CONFIG
ListenAddress $address
HostKey $home/.sshd/hostkey
AuthorizedKeysFile $home/.sshd/logins
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 100
Subsystem sftp internal-sftp
CONFIG
  [ -z "${clock[$host]:-}" ] || clock_line "${clock[$host]}" >>"$dir/home/.sshd/config"
  echo "$address" >"$dir/address"
  echo "$address $(cut -d' ' -f1,2 "$dir/home/.sshd/hostkey.pub")" >>"$lab/known_hosts"
  if [ -n "${topology[$host]:-}" ]; then
    mkdir "$dir/topology"
    cp -r "${topology[$host]}/sys/devices/system/." "$dir/topology/"
  fi
}

plug() {
  local host=$1 address=$2
  ip netns add "$(space "$host")"
  ip link add "$(cable "$host")" type veth peer name eth0 netns "$(space "$host")"
  ip link set "$(cable "$host")" master "$(tag)" up
  ip -n "$(space "$host")" link set lo up
  ip -n "$(space "$host")" address add "$address/24" dev eth0
  ip -n "$(space "$host")" link set eth0 up
}

up() {
  local count=$1 net= third host i why
  shift
  declare -A topology=() size=() clock=()
  while [ $# -gt 0 ]; do
    case $1 in
      --topology) topology[${2%%=*}]=${2#*=} ;;
      --home-size) size[${2%%=*}]=${2#*=} ;;
      --clock) clock[${2%%=*}]=${2#*=} ;;
      *) die "unknown option $1" ;;
    esac
    shift 2
  done
  why=$(permitted) || die "$why"
  [ ! -e "$lab" ] || die "$lab exists: 'down' first"
  sweep
  mkdir -p "$lab"
  echo "$PPID" >"$lab/owner"
  for third in $(seq 0 255); do
    if ip link add "slb$third" type bridge forward_delay 0 2>/dev/null; then
      echo "slb$third" >"$lab/tag"
      net=198.18.$third
      break
    fi
  done
  [ -n "$net" ] || die "all networks of 198.18.0.0/16 are taken"
  ip address add "$net.1/24" dev "$(tag)"
  ip link set "$(tag)" up
  ssh-keygen -q -t ed25519 -N '' -C slablab-lab -f "$lab/id"
  for i in $(seq "$count"); do
    host=h$i
    configure "$host" "$net.$((10 + i))"
    plug "$host" "$net.$((10 + i))"
    boot "$host"
    echo "$host $net.$((10 + i))"
  done
}

# Labs beside this one whose maker died without taking them down.
sweep() {
  local other
  for other in "$(dirname "$lab")"/*/owner; do
    [ -f "$other" ] && ! kill -0 "$(cat "$other")" 2>/dev/null || continue
    (lab=$(dirname "$other") && down)
  done
}

crash() {
  # The kernel kills a PID namespace with its first process; what waits outside for it ends by itself.
  local pid
  for pid in $(members "$1"); do kill -KILL "$pid" 2>/dev/null || true; done
  while [ -n "$(members "$1")" ]; do sleep 0.02; done
}

down() {
  local dir host
  [ -d "$lab" ] || return 0
  for dir in "$lab"/h*/; do
    [ -d "$dir" ] || continue
    host=$(basename "$dir")
    crash "$host"
    ip netns del "$(space "$host")" 2>/dev/null || true
    ip link del "$(cable "$host")" 2>/dev/null || true
    umount "$dir/home" 2>/dev/null || true
  done
  [ ! -f "$lab/tag" ] || ip link del "$(tag)" 2>/dev/null || true
  rm -rf --one-file-system "$lab"
}

# The first process inside: the host's view of processes, mounts, name and network.
inside() {
  local pid
  for pid in $(members "$1"); do
    [ "$(awk '/^NSpid:/ {print $NF}' "/proc/$pid/status" 2>/dev/null)" != 1 ] || { echo "$pid"; return; }
  done
  die "$1 is down"
}

pids() {
  local pid first
  first=$(inside "$1")
  for pid in $(members "$1"); do
    if [ "$pid" != "$first" ] && [ "$(readlink "/proc/$pid/ns/pid")" = "$(readlink "/proc/$first/ns/pid")" ]; then
      # A process that ends meanwhile has no file any more, which the shell itself would report.
      echo "$pid $( { tr '\0\n' '  ' <"/proc/$pid/cmdline"; } 2>/dev/null)"
    fi
  done
}

# Whatever leaves the host and is not an answer of its sshd goes nowhere.
nat() {
  ip -n "$(space "$1")" rule add pref 100 ipproto tcp sport 22 lookup main
  ip -n "$(space "$1")" rule add pref 101 blackhole
}

# The file system of the home becomes as small as what it holds.
fill() {
  local try
  [ -f "$lab/$1/size" ] || die "the home of $1 has no size of its own"
  for try in $(seq 20); do
    # Fails when something was written in between.
    if mount -o "remount,size=$(df -k --output=used "$lab/$1/home" | tr -dc 0-9)k" "$lab/$1/home" 2>/dev/null; then return; fi
  done
  die "the home of $1 is written too fast"
}

signal() {
  local pid
  for pid in $(members "$2"); do kill "-$1" "$pid" 2>/dev/null || true; done
}

drain() { mount -o "remount,size=$(cat "$lab/$1/size")" "$lab/$1/home"; }

restore() {
  local dir=$lab/$1 pid left try
  ip link set "$(cable "$1")" up
  bridge link set dev "$(cable "$1")" state 3 2>/dev/null || true # one that was just plugged in forwards by itself
  [ ! -f "$dir/size" ] || drain "$1"
  [ -n "$(members "$1")" ] || boot "$1"
  signal CONT "$1"
  for try in $(seq 250); do
    left=$(pids "$1" | cut -d' ' -f1)
    [ -n "$left" ] || break
    for pid in $left; do kill -KILL "$pid" 2>/dev/null || true; done
    sleep 0.02
  done
  [ -z "$left" ] || die "$1: processes that do not end: $(echo $left)"
  rm -rf "$dir/home/.slablab/campaigns" "$dir/home/.slablab/incoming"
  find "$dir/tmp" -mindepth 1 -delete
}

verb=${1:-}
[ "$verb" != permitted ] || { permitted; exit; }
[ $# -ge 2 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2; }
lab=$(realpath -m "$2")
shift 2
case $verb in
  up) up "$@" ;;
  down) down ;;
  cut) known "$1"; ip link set "$(cable "$1")" down ;;
  join) known "$1"; ip link set "$(cable "$1")" up ;;
  mute) known "$1"; bridge link set dev "$(cable "$1")" state 0 ;;
  unmute) known "$1"; bridge link set dev "$(cable "$1")" state 3 ;;
  freeze) known "$1"; signal STOP "$1" ;;
  thaw) known "$1"; signal CONT "$1" ;;
  nat) known "$1"; nat "$1" ;;
  fill) known "$1"; fill "$1" ;;
  drain) known "$1"; drain "$1" ;;
  restore) known "$1"; restore "$1" ;;
  crash) known "$1"; crash "$1" ;;
  boot) known "$1"; [ -z "$(members "$1")" ] || die "$1 is up"; boot "$1" ;;
  exec) known "$1"; host=$1; shift; exec nsenter --target "$(inside "$host")" --net --uts --mount --pid -- "$@" ;;
  pids) known "$1"; pids "$1" ;;
  *) die "unknown command $verb" ;;
esac
