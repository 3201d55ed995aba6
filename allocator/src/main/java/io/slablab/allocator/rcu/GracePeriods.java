package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import java.util.Arrays;

/**
 * Grace periods: each ends when every CPU that was online at its start has been quiet since.
 *
 * <pre>
 *   seq = 2n      n periods are over, none runs
 *   seq = 2n + 1  period n + 1 runs
 *   owed = number of bits in owing = CPUs not quiet yet; above 0 exactly while a period runs
 * </pre>
 *
 * <p>Order: everything that decides goes through {@code rcu_node_0}. Who unpublishes something and
 * then asks for a period ({@link #next}) has a section before the period's start or finds it
 * running and gets the one after. A CPU's section in which it is quiet comes either after that, so
 * that its later readers see the change, or before, and then the period waits for it once more.
 * What readers did before they were quiet is before the last such section, which publishes {@code
 * seq} to who waits.
 */
final class GracePeriods {
  private static final LockClass RCU_NODE =
      new LockClass("rcu_node_0", LockClass.Kind.RAW_SPIN_IRQSAVE);

  private final Machine machine;
  private final long scanNs;
  private final SpinLock lock;
  private final Line line;
  private final Word seq;

  /** When the CPUs that said nothing are asked; written under the lock. */
  private final Word scanAtNs;

  private final CpuTask onIdle;
  private final CpuTask onHeld;

  // Under the lock.
  private final long[] online;
  private final long[] owing;
  private int owed;

  /** Periods are wanted until seq reaches this. */
  private long neededSeq;

  /** CPUs that a note was left for which no poll has found yet. */
  private final long[] asked;

  private long scans;

  /**
   * @param onIdle what a CPU that nobody holds does when a period waits for it
   * @param onHeld what a CPU does at its poll when a period waits for it
   */
  GracePeriods(Machine machine, RcuConfig config, CpuTask onIdle, CpuTask onHeld) {
    int cpus = machine.possibleCpus();
    this.machine = machine;
    this.scanNs = config.scanNs(cpus);
    this.lock = machine.spinLock(RCU_NODE);
    this.line = machine.line("rcu_node");
    this.seq = machine.word(machine.line("rcu_state.gp_seq"), 0);
    this.scanAtNs = machine.word(machine.line("rcu_state.jiffies_force_qs"), 0);
    this.onIdle = onIdle;
    this.onHeld = onHeld;
    this.online = new long[words(cpus)];
    this.owing = new long[online.length];
    this.asked = new long[online.length];
    for (int id = 0; id < cpus; id++) {
      if (machine.hotplug().isOnline(id)) {
        set(online, id);
      }
    }
  }

  static int words(int cpus) {
    return (cpus + Long.SIZE - 1) / Long.SIZE;
  }

  // ---- asking and waiting ----

  /** The value of seq by which everybody who reads now has finished; sees to it that it comes. */
  long next(Cpu cpu) {
    lockNode(cpu);
    long now = seq.getAcquire(cpu);
    long wanted = now + 3 & ~1L;
    neededSeq = Math.max(neededSeq, wanted);
    if (!running(now)) {
      start(cpu, now);
    }
    unlockNode(cpu);
    return wanted;
  }

  /** Acquire: the partner is {@link #end}, before which every reader waited for has finished. */
  long current(Cpu cpu) {
    return seq.getAcquire(cpu);
  }

  static boolean running(long seq) {
    return (seq & 1) != 0;
  }

  // ---- quiet CPUs ----

  /** This CPU reads nothing now. Cheap when no period waits for it. */
  void quiet(Cpu cpu, RcuCpu mine) {
    long now = seq.getAcquire(cpu);
    if (!running(now) || mine.quietIn == now) {
      return;
    }
    lockNode(cpu);
    mine.quietIn = seq.getAcquire(cpu);
    settle(cpu, cpu.id());
    unlockNode(cpu);
  }

  private void settle(Cpu cpu, int id) {
    if (!isSet(owing, id)) {
      return;
    }
    clear(owing, id);
    owed--;
    if (owed == 0) {
      end(cpu);
    }
  }

  private void start(Cpu cpu, long now) {
    System.arraycopy(online, 0, owing, 0, owing.length);
    owed = 0;
    for (long word : owing) {
      owed += Long.bitCount(word);
    }
    scanAtNs.setRelease(cpu, machine.nowNs() + scanNs);
    seq.setRelease(cpu, now + 1);
  }

  private void end(Cpu cpu) {
    long over = seq.getAcquire(cpu) + 1;
    seq.setRelease(cpu, over);
    if (neededSeq > over) {
      start(cpu, over);
    }
  }

  // ---- CPUs that say nothing ----

  /** The period that runs is in a hurry. */
  void hurry(Cpu cpu) {
    lockNode(cpu);
    scanAtNs.setRelease(cpu, machine.nowNs());
    unlockNode(cpu);
  }

  /**
   * Asks the CPUs that a period waits for, when it is time: enters those that nobody holds, and
   * leaves a note to the others, unless there is one. No spin lock held.
   *
   * @param targets room for a set of CPUs
   */
  void scan(Cpu cpu, long[] targets) {
    if (!running(seq.getAcquire(cpu)) || machine.nowNs() - scanAtNs.getAcquire(cpu) < 0) {
      return;
    }
    copyOwing(cpu, targets);
    for (int word = 0; word < targets.length; word++) {
      for (long bits = targets[word]; bits != 0; bits &= bits - 1) {
        int id = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        if (id != cpu.id() && !machine.runIfIdle(cpu, id, onIdle) && mayAsk(cpu, id)) {
          machine.post(id, onHeld);
        }
      }
    }
  }

  private void copyOwing(Cpu cpu, long[] targets) {
    lockNode(cpu);
    System.arraycopy(owing, 0, targets, 0, owing.length);
    scanAtNs.setRelease(cpu, machine.nowNs() + scanNs);
    scans++;
    unlockNode(cpu);
    cpu.charge(Cost.RCU_SCAN);
  }

  private boolean mayAsk(Cpu cpu, int id) {
    lockNode(cpu);
    boolean first = isSet(owing, id) && !isSet(asked, id);
    if (first) {
      set(asked, id);
    }
    unlockNode(cpu);
    return first;
  }

  /** This CPU found its note. In a section it cannot say that it is quiet, and is asked again. */
  void noteFound(Cpu cpu) {
    lockNode(cpu);
    clear(asked, cpu.id());
    unlockNode(cpu);
  }

  // ---- CPUs that come and go ----

  /** Before anybody can enter the CPU: the next period waits for it. */
  void online(Cpu cpu, int id) {
    lockNode(cpu);
    set(online, id);
    unlockNode(cpu);
  }

  /** Nobody can enter the CPU, and it reads nothing. */
  void dead(Cpu cpu, int id) {
    lockNode(cpu);
    clear(online, id);
    settle(cpu, id);
    unlockNode(cpu);
  }

  // ---- figures ----

  /** At rest. */
  long ended() {
    return seq.peek() >> 1;
  }

  /** At rest. */
  long scans() {
    return scans;
  }

  /** Checks the equation of the class at rest. */
  void verify() {
    long bits = Arrays.stream(owing).map(Long::bitCount).sum();
    if (bits != owed || (owed > 0) != running(seq.peek())) {
      throw new IllegalStateException(
          "grace period: owed=" + owed + " of " + bits + " seq=" + seq.peek());
    }
  }

  private void lockNode(Cpu cpu) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
  }

  private void unlockNode(Cpu cpu) {
    lock.unlockIrqrestore(cpu);
  }

  private static boolean isSet(long[] set, int id) {
    return (set[id / Long.SIZE] & 1L << id) != 0;
  }

  private static void set(long[] set, int id) {
    set[id / Long.SIZE] |= 1L << id;
  }

  private static void clear(long[] set, int id) {
    set[id / Long.SIZE] &= ~(1L << id);
  }
}
