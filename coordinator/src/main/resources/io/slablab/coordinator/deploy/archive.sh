# archive.sh check|unpack WORKDIR HASH TAR NAME:SHA256...: the agent's jars on a host.
#
#   WORKDIR/jars/SHA256          every jar that ever came, by its content
#   WORKDIR/archives/HASH/NAME   the jars of one archive, the same files under their names
#
# 'check' verifies the archive that is there and says 'complete', or 'missing SHA256' of each jar that must come.
# 'unpack' takes WORKDIR/incoming/TAR apart, verifies all jars and makes the archive; 'checksum NAME' of each that is damaged.
task=$1 work=$(folder_of "$2") hash=$3 tar=$4
shift 4
umask 077
mkdir -p "$work/jars" "$work/archives" "$work/incoming" || exit 1
archive=$work/archives/$hash

sums() { for jar in "$@"; do echo "${jar##*:}  ${jar%:*}"; done; }

check() {
  if [ -d "$archive" ]; then
    if sums "$@" | (cd "$archive" && sha256sum -c) >/dev/null 2>&1; then
      echo complete
      return
    fi
    rm -rf "$archive" # damaged
  fi
  for jar in "$@"; do
    sum=${jar##*:}
    echo "$sum  $work/jars/$sum" | sha256sum -c >/dev/null 2>&1 || echo "missing $sum"
  done
}

unpack() {
  tar=$work/incoming/$tar
  new=$tar.d
  trap 'rm -rf "$new" "$tar"' EXIT
  mkdir "$new" "$new/jars" "$new/archive" || exit 1
  if [ -f "$tar" ]; then
    tar -xf "$tar" -C "$new/jars" || exit 1
  fi
  for jar in "$@"; do
    sum=${jar##*:}
    [ ! -f "$new/jars/$sum" ] || mv "$new/jars/$sum" "$work/jars/$sum" || exit 1
    ln "$work/jars/$sum" "$new/archive/${jar%:*}" || exit 1
  done
  if ! sums "$@" | (cd "$new/archive" && sha256sum -c) >"$new/log" 2>/dev/null; then
    sed -n 's/: FAILED.*$//p' "$new/log" | sed 's/^/checksum /'
    exit 3
  fi
  [ -d "$archive" ] || mv "$new/archive" "$archive"
  echo complete
}

"$task" "$@"
