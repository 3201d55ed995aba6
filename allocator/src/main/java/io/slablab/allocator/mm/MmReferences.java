package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.pool.ObjectPool;

/**
 * The references to the mms of a pool: who shares one takes and drops them here.
 *
 * <pre>
 *   mm_users = threads + those who use the address space for a while
 *   mm_count = (mm_users > 0 ? 1 : 0) + those who need the struct alone, as a CPU that left its
 *              user mm loaded while it runs a kernel thread
 * </pre>
 *
 * <p>The last user unmaps at once, on its CPU; the last reference ends the life, on its own. An
 * exec takes none of its own: the new mm's one user goes from the exec to the thread, and the old
 * one's is dropped, which ends it unless somebody else holds it. A workload of such lives alone
 * gives its mms straight back to the pool and loads nothing of this.
 *
 * <p>Threads: any CPU, at any time while it holds what the method asks for. Counts change by
 * compare-exchange, which is volatile: who drops the last one sees what all others did before they
 * dropped theirs.
 */
public final class MmReferences {
  private final MmStruct type;
  private final ObjectPool pool;
  private final Memory memory;

  /** Per CPU: the mm it left to its worker last, or 0; the others follow by their link. */
  private final Word[] heads;

  private final Work[] works;

  public MmReferences(Machine machine, MmStruct type, ObjectPool pool) {
    this.type = type;
    this.pool = pool;
    this.memory = type.memory;
    this.heads = new Word[machine.possibleCpus()];
    this.works = new Work[machine.possibleCpus()];
    for (int id = 0; id < heads.length; id++) {
      Word head = machine.word(machine.line("mmdrop_async"), 0);
      heads[id] = head;
      works[id] = new Work("mmdrop_async", cpu -> endAll(cpu, head));
    }
  }

  // ---- users ----

  /** One user more; the caller is one. */
  public void mmget(long mm) {
    add(mm + MmLayout.USERS);
  }

  /** One user more, unless there is none any more; the caller has a reference. */
  public boolean mmgetNotZero(long mm) {
    long field = mm + MmLayout.USERS;
    for (int seen = memory.getIntOpaque(field); seen != 0; seen = memory.getIntOpaque(field)) {
      if (memory.compareAndSetInt(field, seen, seen + 1)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A user leaves; the last one unmaps, and drops the users' reference. May sleep.
   *
   * @return whether it was the last
   */
  public boolean mmput(Cpu cpu, long mm) {
    if (drop(mm + MmLayout.USERS, 0, "mm_users") != 0) {
      return false;
    }
    type.unmap(cpu, mm);
    mmdrop(cpu, mm);
    return true;
  }

  // ---- references ----

  /** One reference more; the caller has one, or is a user. */
  public void mmgrab(long mm) {
    add(mm + MmLayout.COUNT);
  }

  /**
   * Drops a reference; the last one ends the life. Where {@code pgd_lock} may be taken.
   *
   * @return whether it was the last
   */
  public boolean mmdrop(Cpu cpu, long mm) {
    boolean last = drop(mm + MmLayout.COUNT, 1, "mm_count") == 0;
    if (last) {
      end(cpu, mm);
    }
    return last;
  }

  /**
   * As {@link #mmdrop}, from any context: the last reference goes over to work of this CPU, which
   * ends the life at a later {@link Cpu#poll}.
   */
  public void mmdropAsync(Cpu cpu, long mm) {
    if (drop(mm + MmLayout.COUNT, 1, "mm_count") == 0) {
      push(cpu, mm, heads[cpu.id()]);
      cpu.queue(works[cpu.id()]);
    }
  }

  private void end(Cpu cpu, long mm) {
    if (type.users(mm) != 0) {
      throw new IllegalStateException(
          "the reference of its users was dropped: mm_users=" + type.users(mm));
    }
    pool.put(cpu, mm);
  }

  private void add(long field) {
    int seen = memory.getIntOpaque(field);
    while (!memory.compareAndSetInt(field, seen, seen + 1)) {
      seen = memory.getIntOpaque(field);
    }
  }

  /**
   * Drops one of several.
   *
   * @param kept what the field has after the last: the pool's own check wants a 1 in mm_count
   * @return how many are left
   */
  private int drop(long field, int kept, String name) {
    while (true) {
      int seen = memory.getIntOpaque(field);
      if (seen <= 0) {
        throw new IllegalStateException("dropped once too often: " + name + "=" + seen);
      }
      if (memory.compareAndSetInt(field, seen, seen == 1 ? kept : seen - 1)) {
        return seen - 1;
      }
    }
  }

  // ---- the worker ----

  /**
   * Compare-exchange publishes the link to who takes the list: another CPU, when this one goes
   * offline. A head that was taken and pushed again meanwhile (ABA) is the right successor.
   */
  private void push(Cpu cpu, long mm, Word head) {
    long first;
    do {
      first = head.getAcquire(cpu);
      memory.putLong(mm + type.layout.asyncPut, first);
    } while (!head.compareAndSet(cpu, first, mm));
  }

  private void endAll(Cpu cpu, Word head) {
    long first;
    do {
      first = head.getAcquire(cpu);
    } while (first != 0 && !head.compareAndSet(cpu, first, 0));
    for (long mm = first; mm != 0; ) {
      long next = memory.getLong(mm + type.layout.asyncPut); // before the object has a new life
      end(cpu, mm);
      mm = next;
    }
  }
}
