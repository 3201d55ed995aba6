package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.FailSlab.Faults;

/**
 * The faults of one fault point, and how far they got. Any thread; a request that is under way may
 * still see what was armed before.
 */
final class ArmedFaults {

  /** Replaced as a whole, so that a request never counts for other faults than it looked at. */
  private record Armed(Faults faults, Word requests, Word failures) {
    /** Counts the request, and says whether it fails. */
    boolean next(Cpu cpu) {
      long request = requests.getAndAdd(cpu, 1) + 1;
      if (faults.nth() > 0) {
        return request == faults.nth() && fail(cpu);
      }
      return request % faults.interval() == 0
          && Long.remainderUnsigned(cpu.nextRandom(), 100) < faults.percent()
          && fail(cpu);
    }

    private boolean fail(Cpu cpu) {
      long before = failures.getAndAdd(cpu, 1);
      boolean fails = faults.times() < 0 || before < faults.times();
      if (!fails) {
        failures.getAndAdd(cpu, -1);
      }
      return fails;
    }
  }

  private final Machine machine;
  private final String name;
  private volatile Armed armed;

  ArmedFaults(Machine machine, String name) {
    this.machine = machine;
    this.name = name;
    this.armed = fresh(Faults.NONE);
  }

  private Armed fresh(Faults faults) {
    return new Armed(
        faults,
        machine.word(machine.line(name + "_requests"), 0),
        machine.word(machine.line(name + "_failures"), 0));
  }

  void arm(Faults faults) {
    armed = fresh(faults);
  }

  long failures() {
    return armed.failures.peek();
  }

  long requests() {
    return armed.requests.peek();
  }

  /**
   * Whether a request fails; one that the filters spare is not counted.
   *
   * @param flagged whether its cache has {@link SlabFlags#FAILSLAB}
   */
  boolean next(Cpu cpu, int gfp, boolean flagged) {
    Armed now = armed;
    Faults faults = now.faults;
    boolean counts =
        (gfp & Gfp.NOFAIL) == 0
            && !(faults.spareBlocking() && Gfp.blocking(gfp))
            && (flagged || !faults.flaggedOnly());
    return counts && now.next(cpu);
  }
}
