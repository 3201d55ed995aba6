package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import java.util.Arrays;

/** Writes to the files of a cache under /sys/kernel/slab. Under cpu_hotplug_lock and slab_mutex. */
final class AttributeStore {
  private static final int MAX_RATIO = 100;
  private static final int RATIO_UNIT = 10;

  private final KmemCache cache;

  AttributeStore(KmemCache cache) {
    this.cache = cache;
  }

  /**
   * @throws IllegalArgumentException beginning with EINVAL, ERANGE or EACCES and what is wrong
   */
  void store(Cpu cpu, String file, String text) {
    switch (file) {
      case "min_partial" -> cache.tunables.minPartial = number(file, text);
      case "cpu_partial" -> storeCpuPartial(cpu, number(file, text));
      case "remote_node_defrag_ratio" -> storeRatio(number(file, text));
      case "shrink" -> {
        expectOne(file, text);
        cache.shrinkCpusLocked(cpu);
      }
      case "validate" -> {
        expectOne(file, text);
        validate(cpu);
      }
      default -> clear(file, text);
    }
  }

  private void validate(Cpu cpu) {
    if (cache.debug == null) {
      throw refused("EINVAL", "validate", "needs debug flags");
    }
    cache.validate(cpu);
  }

  private void storeCpuPartial(Cpu cpu, int objects) {
    if (objects > 0 && !cache.tunables.hasCpuPartial()) {
      throw refused("EINVAL", "cpu_partial", "CPUs keep no partial slabs of this cache");
    }
    cache.tunables.setCpuPartial(objects);
    cache.flush().flushAll(cpu);
  }

  private void storeRatio(int percent) {
    if (percent > MAX_RATIO) {
      throw refused("ERANGE", "remote_node_defrag_ratio", "must lie in 0..100: " + percent);
    }
    cache.tunables.remoteNodeDefragRatio = percent * RATIO_UNIT;
  }

  private void expectOne(String file, String text) {
    if (!text.startsWith("1")) {
      throw refused("EINVAL", file, "write 1: " + text);
    }
  }

  private void clear(String file, String text) {
    Stat stat =
        Arrays.stream(Stat.values())
            .filter(each -> each.id().equals(file) && each.isKernels())
            .findFirst()
            .orElseThrow(() -> refused("EACCES", file, "is not for writing"));
    if (!text.startsWith("0")) {
      throw refused("EINVAL", file, "write 0: " + text);
    }
    for (KmemCacheCpu c : cache.cpus) {
      c.clear(stat);
    }
  }

  private int number(String file, String text) {
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw refused("EINVAL", file, "is not a number of objects or slabs: " + text);
  }

  private IllegalArgumentException refused(String error, String file, String why) {
    return new IllegalArgumentException(
        error + ": cache=" + cache.name() + " file=" + file + ": " + why);
  }
}
