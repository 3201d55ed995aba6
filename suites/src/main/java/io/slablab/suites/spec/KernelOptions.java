package io.slablab.suites.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the modelled kernel of a variant is booted and built with, beside its design: checks, most
 * of them, that cost more than what they check. Words are the kernel's.
 *
 * @param slubDebug as the boot option {@code slub_debug}; {@code "-"} for nothing
 * @param initOnAlloc whether objects and pages are zeroed when they are handed out
 * @param initOnFree whether objects and pages are zeroed when they come back
 * @param lockdep how much of the rules of locks is checked: off, locks or full
 * @param debug what watches the objects: kasan, kmemleak, debug_objects, kfence, alloc_profiling;
 *     each once
 * @param percpu how the percpu allocator is built and booted
 * @param machine what the machine is taken for
 */
public record KernelOptions(
    String slubDebug,
    boolean initOnAlloc,
    boolean initOnFree,
    String lockdep,
    List<String> debug,
    PercpuOptions percpu,
    MachineOptions machine) {
  public static final KernelOptions NONE =
      new KernelOptions(
          "-", false, false, "off", List.of(), PercpuOptions.NONE, MachineOptions.NONE);

  public static final String SLUB_DEBUG = "slub_debug";
  public static final String INIT_ON_ALLOC = "init_on_alloc";
  public static final String INIT_ON_FREE = "init_on_free";
  public static final String LOCKDEP = "lockdep";
  public static final String DEBUG = "debug";
  public static final String ALLOC_PROFILING = "alloc_profiling";
  public static final String PERCPU = "percpu";

  private static final String ON = "1";

  /** So many are named one by one; more make a name too long for a table. */
  private static final int NAMED = 2;

  public KernelOptions {
    debug = List.copyOf(debug);
  }

  /** With percpu allocator and machine as they are. */
  public KernelOptions(
      String slubDebug,
      boolean initOnAlloc,
      boolean initOnFree,
      String lockdep,
      List<String> debug) {
    this(
        slubDebug,
        initOnAlloc,
        initOnFree,
        lockdep,
        debug,
        PercpuOptions.NONE,
        MachineOptions.NONE);
  }

  /**
   * What is added to a variant's name: whoever reads a table sees that such a variant was not run
   * as the others. Empty when nothing is set.
   */
  public String suffix() {
    List<String> words = new ArrayList<>(params().keySet());
    words.remove(DEBUG);
    words.addAll(debug);
    if (words.size() > NAMED) {
      return "+" + DEBUG;
    }
    return words.isEmpty() ? "" : "+" + String.join("+", words);
  }

  /** What is set, in canonical text and fixed order. */
  public Map<String, String> params() {
    Map<String, String> params = new LinkedHashMap<>();
    if (!slubDebug.equals(NONE.slubDebug)) {
      params.put(SLUB_DEBUG, slubDebug);
    }
    if (initOnAlloc) {
      params.put(INIT_ON_ALLOC, ON);
    }
    if (initOnFree) {
      params.put(INIT_ON_FREE, ON);
    }
    if (!lockdep.equals(NONE.lockdep)) {
      params.put(LOCKDEP, lockdep);
    }
    if (!debug.isEmpty()) {
      params.put(DEBUG, String.join(",", debug));
    }
    if (!percpu.equals(PercpuOptions.NONE)) {
      params.put(PERCPU, percpu.toString());
    }
    if (machine.numaFake() != 0) {
      params.put(MachineOptions.NUMA_FAKE, Integer.toString(machine.numaFake()));
    }
    if (!machine.mutex().equals(MachineOptions.NONE.mutex())) {
      params.put(MachineOptions.MUTEX, machine.mutex());
    }
    return params;
  }

  /** The inverse of {@link #params}: how options travel to an agent. */
  public static KernelOptions of(Map<String, String> params) {
    String debug = params.getOrDefault(DEBUG, "");
    return new KernelOptions(
        params.getOrDefault(SLUB_DEBUG, NONE.slubDebug),
        ON.equals(params.get(INIT_ON_ALLOC)),
        ON.equals(params.get(INIT_ON_FREE)),
        params.getOrDefault(LOCKDEP, NONE.lockdep),
        debug.isEmpty() ? List.of() : Arrays.asList(debug.split(",")),
        PercpuOptions.parse(params.getOrDefault(PERCPU, "")),
        new MachineOptions(
            Integer.parseInt(params.getOrDefault(MachineOptions.NUMA_FAKE, "0")),
            params.getOrDefault(MachineOptions.MUTEX, MachineOptions.NONE.mutex())));
  }
}
