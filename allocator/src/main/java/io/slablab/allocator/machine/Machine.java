package io.slablab.allocator.machine;

import java.util.List;

/**
 * One machine: its virtual CPUs, nodes, locks, shared words, memory and clock.
 *
 * <p>Threads: the factory methods and the topology may be called from any thread; everything that
 * takes a {@link Cpu} must be called by the holder of that CPU's token.
 */
public abstract class Machine {

  /** Number of possible CPUs; ids are [0, possibleCpus). */
  public abstract int possibleCpus();

  /** Number of NUMA nodes; ids are [0, nodes). */
  public abstract int nodes();

  /** Which CPUs are online, and how that changes. */
  public abstract CpuHotplug hotplug();

  /**
   * Runs what was asked of an idle CPU as that CPU, moves its work items to the caller and lets
   * nobody be it until {@link #bringUp}. For {@link CpuHotplug} alone.
   */
  protected abstract void takeDown(Cpu caller, int cpu);

  /** Undoes {@link #takeDown}: whoever enters next sees what was written before. */
  protected abstract void bringUp(int cpu);

  /** Node of a CPU. */
  public abstract int nodeOf(int cpu);

  /** SLIT distance between two nodes; 10 is local. */
  public abstract int distance(int fromNode, int toNode);

  /**
   * Takes the token of a CPU, waiting until it is free. The caller is that CPU until {@link
   * #leave}. Tokens do not nest.
   *
   * @throws IllegalStateException when the CPU is offline
   */
  public abstract Cpu enter(int cpu);

  /**
   * Runs what is still pending on this CPU, then gives its token back. Delayed work that is not due
   * waits for the next holder.
   */
  public abstract void leave(Cpu cpu);

  /**
   * Runs {@code task} once on every online CPU, as that CPU, and returns when all have run. A CPU
   * that nobody holds is entered by the caller; one that is held runs the task at its next {@link
   * Cpu#poll}. The caller must hold no spin lock. A CPU that comes or goes meanwhile may be missed
   * unless {@code cpu_hotplug_lock} is held.
   *
   * @param caller the CPU that asks; it runs its own share at once
   */
  public abstract void onEachCpu(Cpu caller, CpuTask task);

  /**
   * Runs {@code task} as a CPU that nobody holds, as if it had come out of idle for it. What its
   * last holder did is seen by the task, and what the caller did before by its next holder.
   *
   * @return false, with nothing done, when somebody holds the CPU or it is offline
   */
  public abstract boolean runIfIdle(Cpu caller, int cpu, CpuTask task);

  /**
   * Leaves {@code task} to the holder of a CPU, who runs it at its next {@link Cpu#poll}; does not
   * wait. When the holder leaves first, it stays for the next one.
   */
  public abstract void post(int cpu, CpuTask task);

  /** A new queued spin lock of a class. */
  public abstract SpinLock spinLock(LockClass lockClass);

  /** A new sleeping lock of a class. */
  public abstract Mutex mutex(LockClass lockClass);

  /** Access to spin locks that are 4-byte fields of objects in {@link Memory}. */
  public abstract EmbeddedSpinLock embeddedSpinLock(LockClass lockClass);

  /** A named cache line. Two calls give two lines, also with equal names. */
  public abstract Line line(String name);

  /** A shared 64-bit word that lives on a line. */
  public abstract Word word(Line line, long initial);

  /**
   * A zeroed range of bytes, backed lazily: untouched pages cost nothing.
   *
   * @param name for diagnostics
   * @param bytes size; offsets are [0, bytes)
   */
  public abstract Memory memory(String name, long bytes);

  /** Monotonic time in nanoseconds: wall clock on a real machine, virtual on a simulated one. */
  public abstract long nowNs();

  /** The statistics of every lock class that was used, in order of first use. */
  public abstract List<LockStats> lockStats();

  /** Sets all lock statistics to zero. Exact only while no CPU runs. */
  public abstract void resetLockStats();

  /**
   * From now on {@code watch} is told what the CPUs do. Once, by who builds on the machine, before
   * any CPU is entered.
   *
   * @throws IllegalStateException when a CPU is entered or somebody watches already
   */
  public abstract void watch(CpuWatch watch);

  /** Gives memory back. No CPU may be entered any more. */
  public abstract void close();
}
