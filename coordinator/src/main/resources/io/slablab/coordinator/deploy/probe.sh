# probe.sh WORKDIR JAVA: says what a host is, one 'word value' a line. Changes nothing. JAVA is a JDK's folder, or empty.
echo "clock $(date +%s%N)"
work=$(folder_of "$1")
echo "work $work"
echo "user $(id -un)"
echo "uid $(id -u)"
echo "boot $boot"
echo "kernel $(uname -r)"
echo "arch $(uname -m)"
echo "address ${SSH_CONNECTION:-}"
[ "$(id -u)" = 0 ] || ! sudo -n true 2>/dev/null || echo "sudo yes"

missing=
for tool in tar sha256sum setsid flock sed cut tail find grep; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] || echo "missing$missing"

is_25() { [ -x "$1/bin/java" ] && grep -qs '^JAVA_VERSION="25[."]' "$1/release"; }
version() { sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release"; }
if [ -n "$2" ]; then
  if is_25 "$2"; then echo "java $2"; echo "version $(version "$2")"; else echo "nojava $2"; fi
else
  path=$(command -v java 2>/dev/null) && path=$(dirname "$(dirname "$(readlink -f "$path")")")
  for jdk in "${SLABLAB_JAVA_HOME:-}" "${JAVA_HOME:-}" "${JDK25_HOME:-}" "$path" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.jdks/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.asdf/installs/java/*; do
    if [ -n "$jdk" ] && is_25 "$jdk"; then
      echo "java $jdk"
      echo "version $(version "$jdk")"
      break
    fi
  done
fi

# The folder itself may not be there yet.
near=$work
while [ ! -d "$near" ] && [ -n "$near" ] && [ "$near" != . ]; do near=${near%/*}; done
echo "free $(df -Pk "${near:-/}" | awk 'NR == 2 {print $4}')"
[ -w "${near:-/}" ] || echo "readonly ${near:-/}"

for record in "$work"/campaigns/*/*/agent; do
  if alive "$record"; then
    name=${record#"$work"/campaigns/}
    echo "agent $pid ${name%/agent}"
  fi
done

cd /
find sys/devices/system/cpu/online sys/devices/system/cpu/present sys/devices/system/cpu/cpu[0-9]*/topology \
  sys/devices/system/cpu/cpu[0-9]*/cache sys/devices/system/node proc/meminfo -type f \
  \( -name online -o -name present -o -name core_cpus_list -o -name thread_siblings_list -o -name physical_package_id \
  -o -name type -o -name level -o -name size -o -name shared_cpu_list -o -name cpulist -o -name distance -o -name meminfo \) \
  -exec grep -H '' {} + 2>/dev/null | sed 's/^/file /'
exit 0
