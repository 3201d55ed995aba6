package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.HotplugPart;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Free areas kept in front of the percpu allocator: per CPU and class a magazine, per node and
 * class a depot of magazines, behind both the runs that areas are cut from.
 *
 * <p>An area from a magazine takes no lock; one from the depot takes the depot's; a new run takes
 * what {@link Percpu#alloc} takes, once for all its areas. What stays is that every area is zeroed
 * on all CPUs when it is handed out.
 *
 * <p>Idle: CPUs x classes in use x magazine, nodes x classes x depot magazines, and the free areas
 * of runs that one area in use pins. Whole runs go back but for one per depot; {@link #trim} gives
 * those back too.
 */
public final class AreaCache extends PercpuAreas {
  private static final LockClass DEPOT_LOCK =
      LockClass.leaf("pcpu_depot_lock", LockClass.Kind.SPIN_IRQSAVE, 0);
  private static final int RUN_BYTES = PageAllocator.PAGE_BYTES;
  private static final int MAGAZINE_BYTES = 32 << 10;

  /** References in two cache lines: keeps the arrays of two CPUs apart. */
  private static final int LINE_REFS = 32;

  private final Machine machine;
  private final Percpu percpu;
  private final SizeClasses classes;
  private final int magazineAreas;
  private final AreaDepot[][] depots; // by node, class
  private final @Nullable AreaMagazine[] @Nullable []
      magazines; // by CPU, class; each entry by its CPU alone

  /**
   * By page. Written before an area of the run is handed out, and cleared after the last came back:
   * whoever frees an area got it, directly or through others, from the writer.
   */
  private final @Nullable AreaRun[] runOfPage;

  /**
   * @param magazineAreas most areas in a magazine; fewer in classes of which they would hold over
   *     32 KiB
   * @param depotMagazines full magazines that a depot keeps
   */
  public AreaCache(
      Machine machine, Percpu percpu, SizeClasses classes, int magazineAreas, int depotMagazines) {
    this.machine = machine;
    this.percpu = percpu;
    this.classes = classes;
    this.magazineAreas = magazineAreas;
    this.depots = new AreaDepot[machine.nodes()][classes.count()];
    for (AreaDepot[] ofNode : depots) {
      Arrays.setAll(
          ofNode, index -> new AreaDepot(machine.spinLock(DEPOT_LOCK), index, depotMagazines));
    }
    this.magazines = new AreaMagazine[machine.possibleCpus()][];
    this.runOfPage = new AreaRun[percpu.pageIndices()];
    machine.hotplug().register(new Hotplug());
  }

  private final class Hotplug implements HotplugPart {
    @Override
    public void dead(Cpu caller, int cpu) {
      flushOf(caller, cpu);
    }
  }

  // ---- allocation ----

  @Override
  public long alloc(Cpu cpu, int bytes, int align, int gfp) {
    int index = legal(bytes, align) ? classes.of(bytes, align) : SizeClasses.NONE;
    if (index == SizeClasses.NONE) {
      return percpu.alloc(cpu, bytes, align, gfp);
    }
    cpu.charge(Cost.PCPU_MAGAZINE);
    AreaMagazine magazine = magazine(cpu, index);
    if (magazine.count() == 0) {
      magazine = refill(cpu, index, gfp);
      if (magazine.count() == 0) {
        return 0;
      }
    }
    long area = magazine.pop();
    if ((gfp & Gfp.ACCOUNT) != 0 && !percpu.charge(cpu, area, classes.bytes(index))) {
      magazine.push(area);
      return 0;
    }
    percpu.zero(cpu, area, bytes);
    return area;
  }

  private static boolean legal(int bytes, int align) {
    return bytes > 0
        && bytes <= Percpu.MAX_BYTES
        && align <= PageAllocator.PAGE_BYTES
        && Integer.bitCount(align) == 1;
  }

  /** The CPU's arrays are made by its first use, on its node. */
  private AreaMagazine magazine(Cpu cpu, int index) {
    @Nullable AreaMagazine[] mine = magazines[cpu.id()];
    if (mine == null) {
      mine = new AreaMagazine[LINE_REFS + classes.count() + LINE_REFS];
      magazines[cpu.id()] = mine;
    }
    AreaMagazine magazine = mine[LINE_REFS + index];
    if (magazine == null) {
      magazine = newMagazine(index);
      mine[LINE_REFS + index] = magazine;
    }
    return magazine;
  }

  private AreaMagazine newMagazine(int index) {
    return new AreaMagazine(Math.clamp(MAGAZINE_BYTES / classes.bytes(index), 1, magazineAreas));
  }

  /**
   * A full magazine of the depot for the empty one, or areas of its runs, or those of a new run. A
   * new run may sleep, and other work of this CPU may change the magazine meanwhile.
   */
  private AreaMagazine refill(Cpu cpu, int index, int gfp) {
    AreaDepot depot = depots[cpu.node()][index];
    AreaMagazine mine = magazine(cpu, index);
    depot.lock.lockIrqsave(cpu);
    AreaMagazine full = depot.takeFull();
    if (full != null) {
      depot.putEmpty(mine);
      mine = full;
    } else {
      depot.fill(mine, half(mine));
    }
    depot.lock.unlockIrqrestore(cpu);
    setMagazine(cpu, index, mine);
    return mine.count() > 0 ? mine : cutRun(cpu, depot, gfp);
  }

  private static int half(AreaMagazine magazine) {
    return Math.max(1, magazine.capacity() / 2);
  }

  private void setMagazine(Cpu cpu, int index, AreaMagazine magazine) {
    @Nullable AreaMagazine[] mine = magazines[cpu.id()];
    if (mine != null) {
      mine[LINE_REFS + index] = magazine;
    }
  }

  /**
   * One area of the percpu allocator for a page's worth of the class: some to the magazine, the
   * rest to the depot. Not charged: idle.
   */
  private AreaMagazine cutRun(Cpu cpu, AreaDepot depot, int gfp) {
    int areaBytes = classes.bytes(depot.classIndex);
    int runBytes = Math.max(RUN_BYTES, areaBytes);
    long base = percpu.alloc(cpu, runBytes, PageAllocator.PAGE_BYTES, gfp & ~Gfp.ACCOUNT);
    AreaMagazine mine = magazine(cpu, depot.classIndex);
    if (base == 0) {
      return mine;
    }
    AreaRun run = new AreaRun(base, depot, areaBytes, runBytes / areaBytes);
    runOfPage[percpu.pageOf(base)] = run;
    while (run.free() > 0 && mine.count() < half(mine)) {
      mine.push(run.pop());
    }
    if (run.free() > 0) {
      depot.lock.lockIrqsave(cpu);
      depot.add(run);
      depot.lock.unlockIrqrestore(cpu);
    }
    return mine;
  }

  // ---- free ----

  @Override
  public void free(Cpu cpu, long pointer) {
    if (pointer == 0) {
      return;
    }
    AreaRun run = runOf(pointer);
    if (run == null) {
      percpu.free(cpu, pointer);
      return;
    }
    cpu.charge(Cost.PCPU_MAGAZINE);
    int index = run.home.classIndex;
    percpu.uncharge(cpu, pointer, classes.bytes(index));
    AreaMagazine magazine = magazine(cpu, index);
    if (magazine.full()) {
      magazine = makeRoom(cpu, index, magazine);
    }
    magazine.push(pointer);
  }

  private @Nullable AreaRun runOf(long pointer) {
    int page = percpu.pageOf(pointer);
    return page >= 0 && page < runOfPage.length ? runOfPage[page] : null;
  }

  /** The full magazine to the depot for an empty one, or half of its areas to their runs. */
  private AreaMagazine makeRoom(Cpu cpu, int index, AreaMagazine full) {
    AreaDepot depot = depots[cpu.node()][index];
    AreaMagazine empty = null;
    depot.lock.lockIrqsave(cpu);
    boolean taken = depot.roomForFull();
    if (taken) {
      depot.putFull(full);
      empty = depot.takeEmpty();
    }
    depot.lock.unlockIrqrestore(cpu);
    if (!taken) {
      spill(cpu, full, full.count() - full.capacity() / 2, true); // at least one, also of one
      return full;
    }
    AreaMagazine next = empty != null ? empty : newMagazine(index);
    setMagazine(cpu, index, next);
    return next;
  }

  /** Areas back to their runs, and whole runs back to the percpu allocator, outside the lock. */
  private void spill(Cpu cpu, AreaMagazine from, int count, boolean keepOne) {
    AreaDepot locked = null;
    AreaRun doomed = null;
    for (int i = 0; i < count; i++) {
      long area = from.pop();
      AreaRun run = runOf(area);
      if (run == null) {
        throw new IllegalStateException("area of no run: pointer=" + area);
      }
      if (run.home != locked) {
        unlock(cpu, locked);
        run.home.lock.lockIrqsave(cpu);
        locked = run.home;
      }
      AreaRun whole = run.home.giveBack(run, area, keepOne);
      if (whole != null) {
        whole.next = doomed;
        doomed = whole;
      }
    }
    unlock(cpu, locked);
    freeRuns(cpu, doomed);
  }

  private static void unlock(Cpu cpu, @Nullable AreaDepot locked) {
    if (locked != null) {
      locked.lock.unlockIrqrestore(cpu);
    }
  }

  private void freeRuns(Cpu cpu, @Nullable AreaRun chain) {
    for (AreaRun run = chain; run != null; run = run.next) {
      runOfPage[percpu.pageOf(run.base)] = null;
      percpu.free(cpu, run.base);
    }
  }

  // ---- trimming ----

  @Override
  public void trim(Cpu cpu) {
    machine.onEachCpu(cpu, this::flushCpu);
    for (AreaDepot[] ofNode : depots) {
      for (AreaDepot depot : ofNode) {
        flushDepot(cpu, depot);
      }
    }
  }

  private void flushCpu(Cpu cpu) {
    flushOf(cpu, cpu.id());
  }

  /**
   * @param id this CPU, or one that is dead
   */
  private void flushOf(Cpu cpu, int id) {
    @Nullable AreaMagazine[] its = magazines[id];
    if (its == null) {
      return;
    }
    for (AreaMagazine magazine : its) {
      if (magazine != null) {
        spill(cpu, magazine, magazine.count(), false);
      }
    }
  }

  private void flushDepot(Cpu cpu, AreaDepot depot) {
    while (true) {
      depot.lock.lockIrqsave(cpu);
      AreaMagazine full = depot.takeFull();
      AreaRun whole = full == null ? depot.takeWhole() : null;
      depot.lock.unlockIrqrestore(cpu);
      if (full != null) {
        spill(cpu, full, full.count(), false);
      } else if (whole != null) {
        freeRuns(cpu, whole);
      } else {
        return;
      }
    }
  }

  @Override
  public long cachedBytes() {
    long bytes = 0;
    for (@Nullable AreaMagazine[] mine : magazines) {
      for (int index = 0; mine != null && index < classes.count(); index++) {
        AreaMagazine magazine = mine[LINE_REFS + index];
        bytes += magazine == null ? 0L : (long) magazine.count() * classes.bytes(index);
      }
    }
    for (AreaDepot[] ofNode : depots) {
      for (AreaDepot depot : ofNode) {
        bytes += depot.freeAreas() * classes.bytes(depot.classIndex);
      }
    }
    return bytes;
  }
}
