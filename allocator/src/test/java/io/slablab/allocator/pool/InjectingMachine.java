package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine on which others interfere at the points that are asked for: a killable lock is held
 * until the waiting task is killed, a memory cgroup is charged full by somebody else. What an
 * allocator sees is what it would see then; no code of it knows.
 */
final class InjectingMachine extends Machine {
  private static final String PAGE_COUNTER = "memcg page_counter";

  /** More pages than any cgroup of a test may have, and far from an overflow. */
  private static final long FULL = Long.MAX_VALUE / 2;

  private final Machine machine;
  private final FailurePoints points;
  private final List<Line> pageCounters = new ArrayList<>();

  InjectingMachine(Machine machine, FailurePoints points) {
    this.machine = machine;
    this.points = points;
  }

  @Override
  public Mutex mutex(LockClass lockClass) {
    Mutex mutex = machine.mutex(lockClass);
    return new Mutex() {
      @Override
      public void lock(Cpu cpu) {
        mutex.lock(cpu);
      }

      @Override
      public boolean lockKillable(Cpu cpu) {
        return !points.fails(FailurePoints.Kind.FATAL_SIGNAL) && mutex.lockKillable(cpu);
      }

      @Override
      public boolean tryLock(Cpu cpu) {
        return mutex.tryLock(cpu);
      }

      @Override
      public void unlock(Cpu cpu) {
        mutex.unlock(cpu);
      }
    };
  }

  @Override
  public Line line(String name) {
    Line line = machine.line(name);
    if (name.equals(PAGE_COUNTER)) {
      pageCounters.add(line);
    }
    return line;
  }

  @Override
  public Word word(Line line, long initial) {
    Word word = machine.word(line, initial);
    return pageCounters.contains(line) ? new PageCounter(word) : word;
  }

  private final class PageCounter extends Word {
    private final Word word;

    PageCounter(Word word) {
      this.word = word;
    }

    @Override
    public long getAndAdd(Cpu cpu, long delta) {
      long before = word.getAndAdd(cpu, delta);
      return delta > 0 && points.fails(FailurePoints.Kind.MEMCG) ? FULL : before;
    }

    @Override
    public long getAcquire(Cpu cpu) {
      return word.getAcquire(cpu);
    }

    @Override
    public void setRelease(Cpu cpu, long value) {
      word.setRelease(cpu, value);
    }

    @Override
    public boolean compareAndSet(Cpu cpu, long expected, long value) {
      return word.compareAndSet(cpu, expected, value);
    }

    @Override
    public long peek() {
      return word.peek();
    }
  }

  // ---- the rest is the machine's own ----

  @Override
  public int possibleCpus() {
    return machine.possibleCpus();
  }

  @Override
  public CpuHotplug hotplug() {
    return machine.hotplug();
  }

  /** {@link #hotplug} is the machine's own and asks the machine itself. */
  @Override
  protected void takeDown(Cpu caller, int cpu) {
    throw new UnsupportedOperationException("by hotplug() alone");
  }

  @Override
  protected void bringUp(int cpu) {
    throw new UnsupportedOperationException("by hotplug() alone");
  }

  @Override
  public boolean runIfIdle(Cpu caller, int cpu, CpuTask task) {
    return machine.runIfIdle(caller, cpu, task);
  }

  @Override
  public void post(int cpu, CpuTask task) {
    machine.post(cpu, task);
  }

  @Override
  public int nodes() {
    return machine.nodes();
  }

  @Override
  public int nodeOf(int cpu) {
    return machine.nodeOf(cpu);
  }

  @Override
  public int distance(int fromNode, int toNode) {
    return machine.distance(fromNode, toNode);
  }

  @Override
  public Cpu enter(int cpu) {
    return machine.enter(cpu);
  }

  @Override
  public void leave(Cpu cpu) {
    machine.leave(cpu);
  }

  @Override
  public void onEachCpu(Cpu caller, CpuTask task) {
    machine.onEachCpu(caller, task);
  }

  @Override
  public SpinLock spinLock(LockClass lockClass) {
    return machine.spinLock(lockClass);
  }

  @Override
  public EmbeddedSpinLock embeddedSpinLock(LockClass lockClass) {
    return machine.embeddedSpinLock(lockClass);
  }

  @Override
  public Memory memory(String name, long bytes) {
    return machine.memory(name, bytes);
  }

  @Override
  public long nowNs() {
    return machine.nowNs();
  }

  @Override
  public List<LockStats> lockStats() {
    return machine.lockStats();
  }

  @Override
  public void resetLockStats() {
    machine.resetLockStats();
  }

  @Override
  public void watch(CpuWatch watch) {
    machine.watch(watch);
  }

  @Override
  public void close() {
    machine.close();
  }
}
