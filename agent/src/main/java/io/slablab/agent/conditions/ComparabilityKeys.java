package io.slablab.agent.conditions;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which hosts are alike, as digests of identity fields. Results of hosts with the same {@code host}
 * key compare; where only {@code kernel} differs, what is compared is two kernels.
 *
 * @param hardware processors, memory, board and firmware
 * @param kernel release, build, configuration and command line, less where disks and consoles are
 * @param runtime distribution, C library and JVM
 * @param host of the three
 */
public record ComparabilityKeys(String hardware, String kernel, String runtime, String host) {
  private static final double KIB_PER_GIB = 1 << 20;

  /** Known by it, but no reason not to compare: two machines of one make are alike. */
  private static final String MACHINE = "host.machineId";

  private static final List<String> KERNEL = List.of("kernel.", "cpu.features");
  private static final List<String> RUNTIME = List.of("os", "libc", "jvm.");

  static ComparabilityKeys of(Map<String, String> identity) {
    Predicate<String> kernel = name -> startsWithAny(name, KERNEL);
    Predicate<String> runtime = name -> startsWithAny(name, RUNTIME);
    Predicate<String> hardware =
        name -> !kernel.test(name) && !runtime.test(name) && !name.equals(MACHINE);
    String hardwareKey = key(identity, hardware);
    String kernelKey = key(identity, kernel);
    String runtimeKey = key(identity, runtime);
    return new ComparabilityKeys(
        hardwareKey,
        kernelKey,
        runtimeKey,
        shortened(hardwareKey + "/" + kernelKey + "/" + runtimeKey));
  }

  private static boolean startsWithAny(String name, List<String> prefixes) {
    return prefixes.stream().anyMatch(name::startsWith);
  }

  private static String key(Map<String, String> identity, Predicate<String> part) {
    StringBuilder text = new StringBuilder();
    identity.keySet().stream()
        .filter(part)
        .sorted()
        .forEach(name ->
            text.append(name)
                .append('=')
                .append(essence(name, identity.getOrDefault(name, "")))
                .append('\n'));
    return shortened(text.toString());
  }

  /** What of a value tells hosts apart: not what a kernel kept for itself at this boot. */
  private static String essence(String name, String value) {
    return switch (name) {
      case "memory.total" -> gibibytes(value);
      case "kernel.cmdline" -> Summaries.withoutPlaces(value).orElse("");
      default -> value;
    };
  }

  private static String gibibytes(String kibibytes) {
    try {
      double kib = Double.parseDouble(kibibytes.replace("kB", "").strip());
      return Long.toString((long) Math.ceil(kib / KIB_PER_GIB));
    } catch (NumberFormatException _) {
      return kibibytes;
    }
  }

  private static String shortened(String text) {
    return Digest.of(text).substring(0, Digest.SHORT);
  }
}
