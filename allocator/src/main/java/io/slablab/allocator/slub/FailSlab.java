package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/**
 * Makes allocations fail that would not: the kernel's failslab. Installed before the first cache;
 * until {@link #arm} nothing fails.
 *
 * <p>Never fails {@link Gfp#NOFAIL}. Threads: arming at any time, by any thread; a request that is
 * under way may still see what was armed before.
 */
public final class FailSlab implements HookSource {

  /**
   * Which requests fail. A request counts when it may fail by the two filters.
   *
   * @param percent chance of each request that counts, 0..100
   * @param interval only every so many of them, from 1
   * @param nth the nth of them alone fails, from 1; 0 leaves it to chance
   * @param times failures at most; -1 for no end
   * @param flaggedOnly only caches with {@link SlabFlags#FAILSLAB}
   * @param spareBlocking requests that may sleep succeed, as by default in the kernel
   */
  public record Faults(
      int percent, int interval, int nth, int times, boolean flaggedOnly, boolean spareBlocking) {

    /** Every request of every cache, without end. */
    public static final Faults ALL = new Faults(100, 1, 0, -1, false, false);

    static final Faults NONE = new Faults(0, 1, 0, 0, false, true);

    public Faults {
      if (percent < 0 || percent > 100 || interval < 1 || nth < 0) {
        throw new IllegalArgumentException(
            "percent must lie in 0..100, interval from 1, nth from 0: percent="
                + percent
                + " interval="
                + interval
                + " nth="
                + nth);
      }
    }

    public Faults withPercent(int chance) {
      return new Faults(chance, interval, nth, times, flaggedOnly, spareBlocking);
    }

    public Faults withInterval(int every) {
      return new Faults(percent, every, nth, times, flaggedOnly, spareBlocking);
    }

    public Faults withNth(int request) {
      return new Faults(percent, interval, request, times, flaggedOnly, spareBlocking);
    }

    public Faults withTimes(int failures) {
      return new Faults(percent, interval, nth, failures, flaggedOnly, spareBlocking);
    }

    public Faults withFlaggedOnly(boolean on) {
      return new Faults(percent, interval, nth, times, on, spareBlocking);
    }

    public Faults withSpareBlocking(boolean on) {
      return new Faults(percent, interval, nth, times, flaggedOnly, on);
    }
  }

  private final ArmedFaults armed;

  public FailSlab(Machine machine) {
    this.armed = new ArmedFaults(machine, "failslab");
  }

  /** From now on these requests fail; counting starts anew. */
  public void arm(Faults faults) {
    armed.arm(faults);
  }

  /** From now on nothing fails. */
  public void disarm() {
    armed.arm(Faults.NONE);
  }

  /** Failures since {@link #arm}. */
  public long failures() {
    return armed.failures();
  }

  /** Requests since {@link #arm} that counted. */
  public long requests() {
    return armed.requests();
  }

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    boolean flagged = (cache.flags() & SlabFlags.FAILSLAB) != 0;
    return new ObjectHooks() {
      @Override
      public long beforeAlloc(Cpu cpu, int gfp, int node) {
        return armed.next(cpu, gfp, flagged) ? FAIL : PASS;
      }
    };
  }
}
