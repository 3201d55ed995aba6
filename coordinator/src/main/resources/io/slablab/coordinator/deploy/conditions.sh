# Prints the files that say what a host is like, each line of them as PATH:CONTENT. Takes nothing, changes nothing.
cd / || exit 1
cpu=sys/devices/system/cpu
for empty in $cpu/isolated $cpu/nohz_full; do # an empty file is an answer too
  if [ -r "$empty" ]; then echo "$empty:"; fi
done
grep -saH '' proc/cpuinfo proc/meminfo proc/cmdline proc/loadavg proc/stat proc/uptime proc/pressure/cpu proc/pressure/memory \
  proc/sys/kernel/osrelease proc/sys/kernel/version proc/sys/kernel/numa_balancing proc/sys/kernel/randomize_va_space \
  proc/sys/kernel/random/boot_id proc/sys/vm/swappiness proc/sys/vm/overcommit_memory proc/irq/default_smp_affinity \
  proc/self/status proc/self/limits proc/self/cgroup proc/[0-9]*/comm etc/os-release etc/machine-id etc/tuned/active_profile \
  sys/class/dmi/id/board_vendor sys/class/dmi/id/board_name sys/class/dmi/id/bios_version sys/class/dmi/id/bios_date \
  sys/kernel/mm/transparent_hugepage/enabled sys/kernel/mm/transparent_hugepage/defrag sys/kernel/security/lsm \
  sys/devices/system/clocksource/clocksource0/*_clocksource sys/fs/cgroup/cpu.max sys/fs/cgroup/cgroup.controllers \
  $cpu/online $cpu/present $cpu/isolated $cpu/nohz_full $cpu/smt/active $cpu/smt/control $cpu/cpufreq/boost $cpu/intel_pstate/no_turbo \
  $cpu/cpuidle/current_driver $cpu/cpuidle/current_governor $cpu/cpu0/cpuidle/state*/name $cpu/cpu0/cpuidle/state*/latency \
  $cpu/cpu0/cpuidle/state*/disable $cpu/vulnerabilities/* $cpu/cpu[0-9]*/cpufreq/scaling_* $cpu/cpu[0-9]*/cpufreq/cpuinfo_max_freq \
  $cpu/cpu[0-9]*/cpufreq/energy_performance_preference $cpu/cpu[0-9]*/cache/index[0-9]/size \
  $cpu/cpu[0-9]*/thermal_throttle/package_throttle_count sys/devices/system/node/node[0-9]*/cpulist \
  sys/devices/system/node/node[0-9]*/distance sys/devices/system/node/node[0-9]*/numastat
exit 0
