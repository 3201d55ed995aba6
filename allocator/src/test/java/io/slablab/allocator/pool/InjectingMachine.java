package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.ForwardingMachine;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine on which others interfere at the points that are asked for: a killable lock is held
 * until the waiting task is killed, a memory cgroup is charged full by somebody else. What an
 * allocator sees is what it would see then; no code of it knows.
 */
final class InjectingMachine extends ForwardingMachine {
  private static final String PAGE_COUNTER = "memcg page_counter";

  /** More pages than any cgroup of a test may have, and far from an overflow. */
  private static final long FULL = Long.MAX_VALUE / 2;

  private final FailurePoints points;
  private final List<Line> pageCounters = new ArrayList<>();

  InjectingMachine(Machine machine, FailurePoints points) {
    super(machine);
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
}
