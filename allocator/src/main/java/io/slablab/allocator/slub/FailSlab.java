package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
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

  /** What is armed, and how far it got. */
  private record Armed(Faults faults, Word requests, Word failures) {
    /** Counts the request, and says whether it fails. */
    boolean next(Cpu cpu) {
      long request = requests.getAndAdd(cpu, 1) + 1;
      if (faults.nth > 0) {
        return request == faults.nth && fail(cpu);
      }
      return request % faults.interval == 0
          && Long.remainderUnsigned(cpu.nextRandom(), 100) < faults.percent
          && fail(cpu);
    }

    private boolean fail(Cpu cpu) {
      long before = failures.getAndAdd(cpu, 1);
      boolean fails = faults.times < 0 || before < faults.times;
      if (!fails) {
        failures.getAndAdd(cpu, -1);
      }
      return fails;
    }
  }

  private final Machine machine;
  private volatile Armed armed;

  public FailSlab(Machine machine) {
    this.machine = machine;
    this.armed = fresh(Faults.NONE);
  }

  private Armed fresh(Faults faults) {
    return new Armed(
        faults,
        machine.word(machine.line("failslab_requests"), 0),
        machine.word(machine.line("failslab_failures"), 0));
  }

  /** From now on these requests fail; counting starts anew. */
  public void arm(Faults faults) {
    armed = fresh(faults);
  }

  /** From now on nothing fails. */
  public void disarm() {
    arm(Faults.NONE);
  }

  /** Failures since {@link #arm}. */
  public long failures() {
    return armed.failures.peek();
  }

  /** Requests since {@link #arm} that counted. */
  public long requests() {
    return armed.requests.peek();
  }

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    boolean flagged = (cache.flags() & SlabFlags.FAILSLAB) != 0;
    return new ObjectHooks() {
      @Override
      public long beforeAlloc(Cpu cpu, int gfp, int node) {
        return fails(cpu, gfp, flagged) ? FAIL : PASS;
      }
    };
  }

  private boolean fails(Cpu cpu, int gfp, boolean flagged) {
    Armed now = armed;
    Faults faults = now.faults;
    boolean counts =
        (gfp & Gfp.NOFAIL) == 0
            && !(faults.spareBlocking && Gfp.blocking(gfp))
            && (flagged || !faults.flaggedOnly);
    return counts && now.next(cpu);
  }
}
