package io.slablab.agent.conditions;

import static io.slablab.agent.conditions.Field.Group.EVIDENCE;
import static io.slablab.agent.conditions.Field.Group.IDENTITY;
import static io.slablab.agent.conditions.Field.Group.STATE;
import static io.slablab.agent.conditions.Field.choice;
import static io.slablab.agent.conditions.Field.file;
import static io.slablab.agent.conditions.Field.here;
import static io.slablab.agent.conditions.Field.match;
import static io.slablab.agent.conditions.Summaries.perCpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The fields, in the order they are shown. */
final class Fields {
  private static final String CPU = "sys/devices/system/cpu/";
  private static final String DMI = "sys/class/dmi/id/";
  private static final String VM = "proc/sys/vm/";
  private static final String KERNEL = "proc/sys/kernel/";
  private static final String THP = "sys/kernel/mm/transparent_hugepage/";
  private static final String CLOCKSOURCE = "sys/devices/system/clocksource/clocksource0/";
  private static final String CPUINFO = "proc/cpuinfo";
  private static final String MEMINFO = "proc/meminfo";
  private static final String CMDLINE = "proc/cmdline";

  static final List<Field> ALL =
      List.of(
          new Field(IDENTITY, "host.machineId", Summaries::machineId),
          match(IDENTITY, "cpu.vendor", CPUINFO, "^vendor_id\\s*:(.*)$"),
          match(IDENTITY, "cpu.model", CPUINFO, "^model name\\s*:(.*)$"),
          match(IDENTITY, "cpu.family", CPUINFO, "^cpu family\\s*:(.*)$"),
          match(IDENTITY, "cpu.model.number", CPUINFO, "^model\\s*:(.*)$"),
          match(IDENTITY, "cpu.stepping", CPUINFO, "^stepping\\s*:(.*)$"),
          match(IDENTITY, "cpu.microcode", CPUINFO, "^microcode\\s*:(.*)$"),
          match(IDENTITY, "cpu.features", CPUINFO, "^(?:flags|Features)\\s*:(.*)$"),
          file(IDENTITY, "cpu.online", CPU + "online"),
          file(IDENTITY, "cpu.present", CPU + "present"),
          new Field(IDENTITY, "cpu.maxKHz", root -> perCpu(root, "cpufreq/cpuinfo_max_freq")),
          new Field(IDENTITY, "cpu.l1dBytes", root -> perCpu(root, "cache/index0/size")),
          new Field(IDENTITY, "cpu.l2Bytes", root -> perCpu(root, "cache/index2/size")),
          new Field(IDENTITY, "cpu.l3Bytes", root -> perCpu(root, "cache/index3/size")),
          new Field(IDENTITY, "node.distances", root -> Summaries.perNode(root, "distance")),
          new Field(IDENTITY, "node.cpus", root -> Summaries.perNode(root, "cpulist")),
          match(IDENTITY, "memory.total", MEMINFO, "^MemTotal:(.*)$"),
          file(IDENTITY, "board.vendor", DMI + "board_vendor"),
          file(IDENTITY, "board.name", DMI + "board_name"),
          file(IDENTITY, "bios.version", DMI + "bios_version"),
          file(IDENTITY, "bios.date", DMI + "bios_date"),
          match(IDENTITY, "virtualised", CPUINFO, "^(?:flags|Features)\\s*:.*\\b(hypervisor)\\b"),
          file(IDENTITY, "kernel.release", KERNEL + "osrelease"),
          file(IDENTITY, "kernel.version", KERNEL + "version"),
          new Field(IDENTITY, "kernel.buildId", Summaries::buildId),
          new Field(IDENTITY, "kernel.config", Summaries::kernelConfig),
          file(IDENTITY, "kernel.cmdline", CMDLINE),
          new Field(IDENTITY, "kernel.mitigations", Fields::mitigations),
          match(IDENTITY, "os", "etc/os-release", "^PRETTY_NAME=\"?([^\"\n]*)"),
          new Field(IDENTITY, "libc", Summaries::libc),
          here(IDENTITY, "arch", property("os.arch"), "unknown to the JVM"),
          here(IDENTITY, "jvm.name", property("java.vm.name"), "unknown to the JVM"),
          here(IDENTITY, "jvm.vendor", property("java.vm.vendor"), "unknown to the JVM"),
          here(IDENTITY, "jvm.version", property("java.vm.version"), "unknown to the JVM"),
          new Field(STATE, "power.governor", root -> perCpu(root, "cpufreq/scaling_governor")),
          new Field(STATE, "power.driver", root -> perCpu(root, "cpufreq/scaling_driver")),
          new Field(STATE, "power.minKHz", root -> perCpu(root, "cpufreq/scaling_min_freq")),
          new Field(STATE, "power.maxKHz", root -> perCpu(root, "cpufreq/scaling_max_freq")),
          new Field(
              STATE, "power.epp", root -> perCpu(root, "cpufreq/energy_performance_preference")),
          file(STATE, "power.boost", CPU + "cpufreq/boost"),
          file(STATE, "power.noTurbo", CPU + "intel_pstate/no_turbo"),
          file(STATE, "power.tunedProfile", "etc/tuned/active_profile"),
          file(STATE, "idle.driver", CPU + "cpuidle/current_driver"),
          file(STATE, "idle.governor", CPU + "cpuidle/current_governor"),
          new Field(STATE, "idle.states", Summaries::idleStates),
          file(STATE, "smt", CPU + "smt/control"),
          file(STATE, "smt.active", CPU + "smt/active"),
          new Field(STATE, "irqbalance", root -> Summaries.process(root, "irqbalance")),
          file(STATE, "irq.defaultAffinity", "proc/irq/default_smp_affinity"),
          file(STATE, "isolated", CPU + "isolated"),
          file(STATE, "nohz_full", CPU + "nohz_full"),
          match(STATE, "rcu_nocbs", CMDLINE, "\\brcu_nocbs=(\\S+)"),
          choice(STATE, "thp.enabled", THP + "enabled"),
          choice(STATE, "thp.defrag", THP + "defrag"),
          file(STATE, "numa_balancing", KERNEL + "numa_balancing"),
          file(STATE, "aslr", KERNEL + "randomize_va_space"),
          file(STATE, "swappiness", VM + "swappiness"),
          file(STATE, "overcommit", VM + "overcommit_memory"),
          match(STATE, "hugePages", MEMINFO, "^HugePages_Total:(.*)$"),
          file(STATE, "clocksource", CLOCKSOURCE + "current_clocksource"),
          file(STATE, "clocksource.available", CLOCKSOURCE + "available_clocksource"),
          file(STATE, "preempt", "sys/kernel/debug/sched/preempt"),
          file(STATE, "lsm", "sys/kernel/security/lsm"),
          file(STATE, "cgroup", "proc/self/cgroup"),
          file(STATE, "cgroup.controllers", "sys/fs/cgroup/cgroup.controllers"),
          file(STATE, "cgroup.cpuMax", "sys/fs/cgroup/cpu.max"),
          match(STATE, "cpus.allowed", "proc/self/status", "^Cpus_allowed_list:(.*)$"),
          match(STATE, "mems.allowed", "proc/self/status", "^Mems_allowed_list:(.*)$"),
          match(STATE, "limit.lockedMemory", "proc/self/limits", "^Max locked memory(.*)$"),
          here(STATE, "LD_PRELOAD", Optional.ofNullable(System.getenv("LD_PRELOAD")), "not set"),
          match(EVIDENCE, "memory.available", MEMINFO, "^MemAvailable:(.*)$"),
          file(EVIDENCE, "loadAverage", "proc/loadavg"),
          match(EVIDENCE, "uptimeSeconds", "proc/uptime", "^(\\S+)"),
          file(EVIDENCE, "bootId", KERNEL + "random/boot_id"),
          match(EVIDENCE, "contextSwitches", "proc/stat", "^ctxt (\\d+)"),
          match(EVIDENCE, "interrupts", "proc/stat", "^intr (\\d+)"),
          match(EVIDENCE, "cpuTicks", "proc/stat", "^cpu +(\\d+(?: \\d+){7})"),
          match(EVIDENCE, "pressure.cpu", "proc/pressure/cpu", "^some (.*)$"),
          match(EVIDENCE, "pressure.memory", "proc/pressure/memory", "^some (.*)$"),
          new Field(
              EVIDENCE,
              "throttleCount",
              root -> perCpu(root, "thermal_throttle/package_throttle_count")),
          new Field(EVIDENCE, "currentKHz", root -> perCpu(root, "cpufreq/scaling_cur_freq")),
          file(EVIDENCE, "energyUj", "sys/class/powercap/intel-rapl:0/energy_uj"),
          file(EVIDENCE, "temperatureMilliC", "sys/class/thermal/thermal_zone0/temp"),
          new Field(EVIDENCE, "numastat", root -> Summaries.perNode(root, "numastat")));

  private Fields() {}

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name));
  }

  /** The kernel's word on every known weakness, as {@code name: word; name: word}. */
  private static Field.Reading mitigations(Path root) {
    String directory = CPU + "vulnerabilities";
    try (Stream<Path> files = Files.list(root.resolve(directory))) {
      String all =
          files
              .sorted()
              .map(file -> root.relativize(file).toString())
              .map(file -> word(root, file))
              .flatMap(Optional::stream)
              .collect(Collectors.joining("; "));
      return new Field.Reading.Found(all);
    } catch (IOException _) {
      return new Field.Reading.Absent("no /" + directory);
    }
  }

  private static Optional<String> word(Path root, String file) {
    return Field.content(root, file) instanceof Field.Reading.Found(String word)
        ? Optional.of(file.substring(file.lastIndexOf('/') + 1) + ": " + word)
        : Optional.empty();
  }
}
