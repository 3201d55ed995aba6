package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.HotplugPart;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.machine.Work;

/**
 * Read-copy-update: readers without a shared word, and callbacks that run when all readers that
 * could see what they free have finished.
 *
 * <p>Threads: each call by the holder of the CPU passed. A section belongs to the CPU it was begun
 * on. A CPU that is held must poll now and then outside sections, or grace periods do not end, as
 * behind a stalled CPU of the kernel; one that nobody holds blocks nothing.
 */
public final class Rcu {
  private static final int NO = 0;
  private static final int YES = 1;

  private final Machine machine;
  private final RcuConfig config;
  private final GracePeriods periods;
  private final CallbackPass pass;
  private final RcuCpu[] cpus;
  private final CpuTask passOfWork = this::runWork;
  private final CpuTask passOfIdle = this::passOnce;
  private final CpuTask passOfHeld = this::passAsked;

  public Rcu(Machine machine, RcuConfig config) {
    this.machine = machine;
    this.config = config;
    this.periods = new GracePeriods(machine, config, passOfIdle, this::answer);
    this.pass = new CallbackPass(machine, config, periods);
    this.cpus = new RcuCpu[machine.possibleCpus()];
    for (int id = 0; id < cpus.length; id++) {
      Word asked = machine.word(machine.line("rcu_data"), NO);
      cpus[id] = new RcuCpu(GracePeriods.words(cpus.length), config.blimit(), passOfWork, asked);
    }
    machine.hotplug().register(new Hotplug());
  }

  Machine machine() {
    return machine;
  }

  RcuConfig config() {
    return config;
  }

  // ---- readers ----

  /**
   * Begins a reader section of this CPU; nests. Inside, nothing that was reachable at its begin is
   * freed by a callback. The section may not sleep, and a poll inside does not end it.
   */
  public void readLock(Cpu cpu) {
    cpu.begin(Section.RCU_READER);
    cpus[cpu.id()].nesting++;
  }

  public void readUnlock(Cpu cpu) {
    RcuCpu mine = cpus[cpu.id()];
    if (mine.nesting == 0) {
      throw new IllegalStateException("rcu_read_unlock outside of a section: cpu=" + cpu.id());
    }
    mine.nesting--;
    cpu.end(Section.RCU_READER);
  }

  public boolean readLockHeld(Cpu cpu) {
    return cpus[cpu.id()].nesting > 0;
  }

  // ---- callbacks ----

  /**
   * Has a callback run on this CPU, at one of its polls, after a grace period that begins now or
   * later. Any context. What the caller wrote before is seen by the callback.
   *
   * @throws IllegalStateException when the head is queued already
   */
  public void callRcu(Cpu cpu, RcuHead head) {
    head.claim();
    cpu.charge(Cost.RCU_ENQUEUE);
    RcuCpu mine = cpus[cpu.id()];
    mine.list.enqueue(head);
    if (mine.list.size() == 1) {
      cpu.queueDelayed(mine.work, config.jiffyNs());
    }
    pass.watchSize(cpu, mine);
  }

  // ---- waiting ----

  /**
   * Waits until every section that is open now has ended. May sleep; the caller reads nothing and
   * holds no spin lock.
   */
  public void synchronize(Cpu cpu) {
    await(cpu, false);
  }

  /** As {@link #synchronize}, but asks all CPUs at once. */
  public void synchronizeExpedited(Cpu cpu) {
    await(cpu, true);
  }

  private void await(Cpu cpu, boolean hurry) {
    checkMaySleep(cpu);
    RcuCpu mine = cpus[cpu.id()];
    long wanted = periods.next(cpu);
    int turns = 0;
    while (periods.current(cpu) < wanted) {
      pass.quiet(cpu, mine);
      if (hurry) {
        periods.hurry(cpu);
      }
      periods.scan(cpu, mine.scratch);
      turns = cpu.relax(turns);
    }
  }

  /**
   * Waits until every callback that was queued before, on any CPU, has run (INV-RCU-3). As {@link
   * #synchronize} for the caller.
   */
  public void barrier(Cpu cpu) {
    checkMaySleep(cpu);
    Word left = machine.word(machine.line("rcu_state.barrier_cpu_count"), 1);
    entrainAll(cpu, left);
    left.getAndAdd(cpu, -1);
    int turns = 0;
    while (left.getAcquire(cpu) != 0) {
      turns = drive(cpu, turns);
    }
  }

  /**
   * Again when a CPU came or went meanwhile: its callbacks may have passed the markers by. The
   * hotplug lock would do too, but the caller may hold it.
   */
  private void entrainAll(Cpu cpu, Word left) {
    CpuHotplug hotplug = machine.hotplug();
    int turns = 0;
    int before;
    do {
      before = hotplug.changes();
      while ((before & 1) != 0) {
        turns = cpu.relax(turns);
        before = hotplug.changes();
      }
      machine.onEachCpu(cpu, at -> entrain(at, left));
    } while (hotplug.changes() != before);
  }

  /** The marker's add is volatile; who reads it as gone sees all that earlier callbacks did. */
  private void entrain(Cpu cpu, Word left) {
    RcuHead marker = new RcuHead(at -> left.getAndAdd(at, -1));
    if (cpus[cpu.id()].list.entrain(marker)) {
      left.getAndAdd(cpu, 1);
    }
  }

  /**
   * One turn of a wait for callbacks of any CPU: runs what is ready here and on CPUs that nobody
   * holds, and leaves a note to the others. They find it even while they wait for a lock that the
   * caller may hold, when no poll would come.
   */
  int drive(Cpu cpu, int turns) {
    passOnce(cpu);
    periods.scan(cpu, cpus[cpu.id()].scratch);
    for (int id = 0; id < cpus.length; id++) {
      if (id != cpu.id() && !machine.hotplug().isOffline(id)) {
        passOn(cpu, id);
      }
    }
    return cpu.relax(turns);
  }

  private void passOn(Cpu cpu, int id) {
    if (!machine.runIfIdle(cpu, id, passOfIdle) && cpus[id].passAsked.compareAndSet(cpu, NO, YES)) {
      machine.post(id, passOfHeld);
    }
  }

  /** The note is gone before the pass, so that who leaves the next one is not missed. */
  private void passAsked(Cpu cpu) {
    cpus[cpu.id()].passAsked.setRelease(cpu, NO);
    passOnce(cpu);
  }

  void checkMaySleep(Cpu cpu) {
    cpu.mightSleep();
    if (!cpu.maySleep() || readLockHeld(cpu)) {
      throw new IllegalStateException(
          "waits for a grace period where it may not sleep: cpu="
              + cpu.id()
              + " nesting="
              + cpus[cpu.id()].nesting);
    }
  }

  // ---- a CPU's own progress ----

  private void answer(Cpu cpu) {
    periods.noteFound(cpu);
    pass.quiet(cpu, cpus[cpu.id()]);
  }

  private void passOnce(Cpu cpu) {
    RcuCpu mine = cpus[cpu.id()];
    pass.sort(cpu, mine);
    pass.quiet(cpu, mine);
    pass.invoke(cpu, mine);
  }

  /** At a poll. With all other CPUs idle a whole grace period fits into one. */
  private void runWork(Cpu cpu) {
    RcuCpu mine = cpus[cpu.id()];
    boolean hurry = mine.blimit == RcuConfig.MAX_BLIMIT;
    pass.sort(cpu, mine);
    pass.quiet(cpu, mine);
    if (hurry) {
      periods.hurry(cpu);
    }
    periods.scan(cpu, mine.scratch);
    pass.sort(cpu, mine);
    pass.invoke(cpu, mine);
    if (mine.list.size() != 0) {
      boolean ready = !mine.list.isEmpty(CallbackList.DONE);
      cpu.queueDelayed(mine.work, ready || hurry ? 0 : config.jiffyNs());
    }
  }

  // ---- CPUs that come and go ----

  private final class Hotplug implements HotplugPart {

    @Override
    public void online(Cpu caller, int cpu) {
      cpus[cpu].work = new Work("rcu_core", passOfWork);
      periods.online(caller, cpu);
    }

    /** Its callbacks are queued here from now on. */
    @Override
    public void dead(Cpu caller, int cpu) {
      RcuCpu dead = cpus[cpu];
      if (dead.nesting != 0) {
        throw new IllegalStateException("goes offline inside a reader section: cpu=" + cpu);
      }
      periods.dead(caller, cpu);
      RcuCpu heir = cpus[caller.id()];
      heir.list.adopt(dead.list);
      if (heir.list.size() != 0) {
        caller.queueDelayed(heir.work, 0);
      }
    }
  }

  // ---- figures ----

  /** At rest. */
  public RcuStats stats() {
    long queued = 0;
    long invoked = 0;
    long overloads = 0;
    for (RcuCpu each : cpus) {
      queued += each.list.size();
      invoked += each.invoked;
      overloads += each.overloads;
    }
    return new RcuStats(periods.ended(), periods.scans(), queued, invoked, overloads);
  }

  /**
   * Checks the invariants at rest.
   *
   * @throws IllegalStateException naming what is broken
   */
  public void verify() {
    periods.verify();
  }
}
