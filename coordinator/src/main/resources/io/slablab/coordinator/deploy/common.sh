# Stands before every other script. POSIX sh; a host needs tar, sha256sum, setsid, flock and the usual tools.
#
# A process is known by its pid, the time it started (field 22 of its stat, in ticks since boot) and the boot: no later
# process has all three. A file that holds them is a record.
set -u
LC_ALL=C
export LC_ALL
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none)

# The start of process $1; nothing when it is gone or a zombie. Its name may hold blanks and brackets.
start_of() {
  sed -n 's/^.*) //;/^Z/!p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# Whether the process of record $1 lives; $pid is it.
alive() {
  pid=; start=; then=
  [ -f "$1" ] && read -r pid start then <"$1" && [ "$then" = "$boot" ] && [ -n "$start" ] && [ "$(start_of "$pid")" = "$start" ]
}

# Writes the record $2 of process $1.
remember() {
  echo "$1 $(start_of "$1") $boot" >"$2.part" && mv "$2.part" "$2"
}

# Ends the process of record $1 and its group: politely, by force after $2 tenths of a second.
finish() {
  alive "$1" || return 0
  kill -TERM "$pid" 2>/dev/null
  tenths=0
  while alive "$1" && [ "$tenths" -lt "$2" ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  kill -KILL "-$pid" 2>/dev/null
  while alive "$1"; do sleep 0.1; done
}

# A folder of ours: $1, from ~ or absolute.
folder_of() {
  case $1 in
    '~/'*) echo "$HOME/${1#'~/'}" ;;
    *) echo "$1" ;;
  esac
}
