package io.slablab.agent.conditions;

import io.slablab.agent.topology.CpuList;
import io.slablab.suites.spec.HostCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What will make a host noisy, judged by its fields alone. */
final class NoiseChecks {
  /** Waking from a deeper sleep takes longer than an operation of any workload here. */
  private static final int MOST_EXIT_LATENCY_US = 20;

  /** Share of the time since boot that a hypervisor took. */
  private static final double MOST_STEAL = 0.001;

  /** Runnable tasks that a quiet host has now and then, and per CPU. */
  private static final double QUIET_LOAD = 0.5;

  private static final double QUIET_LOAD_PER_CPU = 0.05;

  /** Each read is a few instructions; of any other a system call or a device's register. */
  private static final List<String> FAST_CLOCKS =
      List.of(
          "tsc",
          "kvm-clock",
          "hyperv_clocksource_tsc_page",
          "arch_sys_counter",
          "riscv_clocksource",
          "timebase",
          "tod");

  private static final String CPU = "/sys/devices/system/cpu/";
  private static final Pattern IDLE_STATE = Pattern.compile("(\\S+) (\\d+) us(?!\\s*off)");
  private static final Pattern NODE = Pattern.compile("node\\d+: \\S");

  private final Map<String, String> fields;
  private final Map<String, String> absent;

  private NoiseChecks(Map<String, String> fields, Map<String, String> absent) {
    this.fields = fields;
    this.absent = absent;
  }

  /**
   * One finding per check.
   *
   * @param fields name to value, of all groups
   * @param absent name to reason
   */
  static List<Finding> findings(Map<String, String> fields, Map<String, String> absent) {
    NoiseChecks checks = new NoiseChecks(fields, absent);
    return Arrays.stream(HostCheck.values()).map(checks::find).toList();
  }

  private Finding find(HostCheck check) {
    return switch (check) {
      case GOVERNOR -> of(check, "power.governor", this::governor);
      case TURBO -> turbo();
      case IDLE_STATES -> of(check, "idle.states", NoiseChecks::idleStates);
      case THP -> of(check, "thp.enabled", NoiseChecks::thp);
      case SMT -> of(check, "smt.active", this::smt);
      case ISOLCPUS -> isolated();
      case IRQBALANCE -> of(check, "irqbalance", NoiseChecks::irqbalance);
      case NUMA_BALANCING -> of(check, "numa_balancing", this::numaBalancing);
      case STEAL -> of(check, "cpuTicks", NoiseChecks::steal);
      case CLOCKSOURCE -> of(check, "clocksource", this::clocksource);
      case LOAD -> of(check, "loadAverage", this::load);
    };
  }

  private Finding of(HostCheck check, String field, Function<String, Finding> judge) {
    String value = fields.get(field);
    if (value == null) {
      return Finding.unknown(check, why(field));
    }
    try {
      return judge.apply(value);
    } catch (NumberFormatException _) {
      return Finding.unknown(check, field + " reads '" + value + "'");
    }
  }

  private String why(String field) {
    return absent.getOrDefault(field, "not read");
  }

  private Finding governor(String governor) {
    return governor.equals("performance")
        ? Finding.ok(HostCheck.GOVERNOR, governor)
        : Finding.noisy(
            HostCheck.GOVERNOR,
            governor,
            "the clock follows the load, so that a trial is slower where it waits more",
            "cpupower frequency-set --governor performance");
  }

  private Finding turbo() {
    String noTurbo = fields.get("power.noTurbo");
    String boost = fields.get("power.boost");
    if (noTurbo == null && boost == null) {
      return Finding.unknown(HostCheck.TURBO, why("power.boost"));
    }
    boolean on = noTurbo == null ? !"0".equals(boost) : noTurbo.equals("0");
    return on
        ? Finding.noisy(
            HostCheck.TURBO,
            "on",
            "how fast a core runs depends on how many others run, and how warm they are",
            noTurbo == null
                ? "echo 0 > " + CPU + "cpufreq/boost"
                : "echo 1 > " + CPU + "intel_pstate/no_turbo")
        : Finding.ok(HostCheck.TURBO, "off");
  }

  private static Finding idleStates(String states) {
    Matcher match = IDLE_STATE.matcher(states);
    String deep = "";
    while (match.find()) {
      if (Long.parseLong(match.group(2)) > MOST_EXIT_LATENCY_US) {
        deep += (deep.isEmpty() ? "" : ", ") + match.group(1) + " " + match.group(2) + " us";
      }
    }
    return deep.isEmpty()
        ? Finding.ok(HostCheck.IDLE_STATES, states)
        : Finding.noisy(
            HostCheck.IDLE_STATES,
            deep,
            "a core that waits for a lock may sleep and takes that long to wake",
            "cpupower idle-set --disable-by-latency " + (MOST_EXIT_LATENCY_US + 1));
  }

  private static Finding thp(String enabled) {
    return enabled.equals("always")
        ? Finding.noisy(
            HostCheck.THP,
            enabled,
            "khugepaged moves and zeroes memory of 2 MiB at moments of its own",
            "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled")
        : Finding.ok(HostCheck.THP, enabled);
  }

  private Finding smt(String active) {
    return active.equals("1")
        ? Finding.noisy(
            HostCheck.SMT,
            "on",
            "what runs on a core's other thread slows down the one that is measured",
            "echo off > " + CPU + "smt/control")
        : Finding.ok(HostCheck.SMT, fields.getOrDefault("smt", "off"));
  }

  private Finding isolated() {
    String isolated = fields.get("isolated");
    if (isolated != null) {
      return Finding.ok(HostCheck.ISOLCPUS, isolated);
    }
    if (!why("isolated").endsWith("is empty")) {
      return Finding.unknown(HostCheck.ISOLCPUS, why("isolated"));
    }
    return Finding.noisy(
        HostCheck.ISOLCPUS,
        "none",
        "the scheduler may put any task on a CPU that is measured",
        othersThanFirst()
            .map(cpus ->
                "boot with isolcpus=managed_irq,domain,%s nohz_full=%s rcu_nocbs=%s"
                    .formatted(cpus, cpus, cpus))
            .orElse("none: one CPU cannot be kept from everything"));
  }

  private Optional<CpuList> othersThanFirst() {
    try {
      CpuList online = CpuList.parse(fields.getOrDefault("cpu.online", ""));
      return online.size() < 2
          ? Optional.empty()
          : Optional.of(online.minus(CpuList.of(online.first())));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Finding irqbalance(String state) {
    return state.equals("running")
        ? Finding.noisy(
            HostCheck.IRQBALANCE,
            state,
            "it moves interrupts onto CPUs that look idle, also in the middle of a trial",
            "systemctl stop irqbalance")
        : Finding.ok(HostCheck.IRQBALANCE, state);
  }

  private Finding numaBalancing(String state) {
    long nodes = NODE.matcher(fields.getOrDefault("node.cpus", "")).results().count();
    return !state.equals("0") && nodes > 1
        ? Finding.noisy(
            HostCheck.NUMA_BALANCING,
            "on",
            "pages are unmapped to see who uses them, and move between nodes",
            "sysctl -w kernel.numa_balancing=0")
        : Finding.ok(HostCheck.NUMA_BALANCING, state.equals("0") ? "off" : "on, with one node");
  }

  /**
   * @param ticks user, nice, system, idle, iowait, irq, softirq, steal since boot
   */
  private static Finding steal(String ticks) {
    long[] all = Arrays.stream(ticks.split(" ")).mapToLong(Long::parseLong).toArray();
    double share = (double) all[all.length - 1] / Math.max(1, Arrays.stream(all).sum());
    String found = String.format(Locale.ROOT, "%.2f %% since boot", share * 100);
    return share > MOST_STEAL
        ? Finding.noisy(
            HostCheck.STEAL,
            found,
            "a hypervisor gives this machine's processors to others",
            "give the virtual machine processors of its own, or measure on another host")
        : Finding.ok(HostCheck.STEAL, found);
  }

  private Finding clocksource(String current) {
    if (FAST_CLOCKS.contains(current)) {
      return Finding.ok(HostCheck.CLOCKSOURCE, current);
    }
    List<String> available = List.of(fields.getOrDefault("clocksource.available", "").split(" "));
    return Finding.noisy(
        HostCheck.CLOCKSOURCE,
        current,
        "reading the time is a system call or a device's register and takes a microsecond",
        FAST_CLOCKS.stream()
            .filter(available::contains)
            .findFirst()
            .map(clock ->
                "echo "
                    + clock
                    + " > /sys/devices/system/clocksource/clocksource0/current_clocksource")
            .orElse("none at run time: dmesg tells why the kernel gave up the fast one"));
  }

  private Finding load(String averages) {
    double oneMinute = Double.parseDouble(averages.split(" ")[0]);
    double quiet = Math.max(QUIET_LOAD, QUIET_LOAD_PER_CPU * cpus());
    String found = String.format(Locale.ROOT, "%.2f over a minute", oneMinute);
    return oneMinute > quiet
        ? Finding.noisy(
            HostCheck.LOAD,
            found,
            "something else runs here",
            "ps -eo pcpu,pid,args --sort=-pcpu | head shows what; stop it")
        : Finding.ok(HostCheck.LOAD, found);
  }

  private int cpus() {
    try {
      return Math.max(1, CpuList.parse(fields.getOrDefault("cpu.online", "")).size());
    } catch (IllegalArgumentException _) {
      return 1;
    }
  }
}
