package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.pool.ObjectPool;

/**
 * Actions of one kind by index: creation, sharing and release as the action API does them.
 *
 * <p>Locks per action, created and released: {@code idrinfo->lock} three times (placeholder,
 * insert, remove) and what the pool's design takes.
 */
public class TcActions {
  private static final int EAGAIN = -11;
  static final int ENOMEM = -12;

  private final TcAction type;
  private final ObjectPool pool;
  private final IdrInfo idr;

  public TcActions(Machine machine, TcAction type, ObjectPool pool) {
    this.type = type;
    this.pool = pool;
    this.idr = new IdrInfo(machine);
  }

  /**
   * Creates the actions of one filter, bound to it, each with the lowest free index, and makes them
   * visible together.
   *
   * @param out receives {@code count} actions from {@code from} on
   * @return 0, or -ENOMEM with nothing left behind
   */
  public int createMany(Cpu cpu, int gfp, long[] out, int from, int count) {
    for (int i = 0; i < count; i++) {
      long action = create(cpu, gfp, reserveLowest(cpu), true);
      if (action == 0) {
        while (--i >= 0) {
          abandon(cpu, out[from + i]);
        }
        return ENOMEM;
      }
      out[from + i] = action;
    }
    for (int i = 0; i < count; i++) {
      insert(cpu, out[from + i]);
    }
    return 0;
  }

  /**
   * Finds or reserves an index.
   *
   * @param index the wanted one, or 0 for the lowest free one
   * @param bind whether a filter wants the action
   * @return positive: the index, now reserved, to be created and inserted; 0: the action is live, a
   *     reference was taken and {@link #find} returns it; -EAGAIN: somebody else is making or
   *     removing it
   */
  public int checkAlloc(Cpu cpu, int index, boolean bind) {
    if (index == 0) {
      return reserveLowest(cpu);
    }
    if (idr.lookup(cpu, index) == IdrInfo.PLACEHOLDER) {
      return EAGAIN;
    }
    idr.lock(cpu);
    int result = reserveOrShare(index, bind);
    idr.unlock(cpu);
    return result;
  }

  /**
   * The kernel takes the reference inside an RCU section; here under the lock, which keeps an
   * action that is found from being freed.
   */
  private int reserveOrShare(int index, boolean bind) {
    if (idr.allocAt(index)) {
      return index;
    }
    long action = idr.at(index);
    if (action == IdrInfo.PLACEHOLDER || !type.getReference(action)) {
      return EAGAIN;
    }
    if (bind) {
      type.addBinding(action, 1);
    }
    return 0;
  }

  /** The live action of an index, or 0. */
  public long find(Cpu cpu, int index) {
    long seen = idr.lookup(cpu, index);
    return seen == IdrInfo.PLACEHOLDER ? 0 : seen;
  }

  /**
   * Makes an action for a reserved index; it is not visible yet.
   *
   * @return 0 when memory ran out; the index is then free again
   */
  public long create(Cpu cpu, int gfp, int index, boolean bind) {
    long action = pool.get(cpu, gfp);
    if (action == 0) {
      removeIndex(cpu, index);
      return 0;
    }
    type.setIndex(action, index, bind);
    return action;
  }

  /** Makes a created action visible under its index. */
  public void insert(Cpu cpu, long action) {
    idr.lock(cpu);
    idr.replace(type.index(action), action);
    idr.unlock(cpu);
  }

  /**
   * Drops a reference; the last one ends the action.
   *
   * @param bind whether the caller is a filter that was bound to it
   * @return whether it was the last
   */
  public boolean release(Cpu cpu, long action, boolean bind) {
    if (bind) {
      type.addBinding(action, -1);
    }
    if (type.putReferenceUnlessLast(action)) {
      return false;
    }
    idr.lock(cpu);
    boolean last = type.putReference(action);
    if (last) {
      idr.remove(type.index(action));
    }
    idr.unlock(cpu);
    if (last) {
      dispose(cpu, action);
    }
    return last;
  }

  /**
   * Ends an action that nothing refers to. Overridden where an action has more than its pool knows;
   * where that class is not loaded, the call is as direct as before.
   */
  void dispose(Cpu cpu, long action) {
    pool.put(cpu, action);
  }

  /** Indices in use, placeholders included. Exact at rest. */
  public int indices() {
    return idr.count();
  }

  private int reserveLowest(Cpu cpu) {
    idr.lock(cpu);
    int index = idr.allocLowest();
    idr.unlock(cpu);
    return index;
  }

  /** Undoes {@link #create}. */
  private void abandon(Cpu cpu, long action) {
    removeIndex(cpu, type.index(action));
    dispose(cpu, action);
  }

  private void removeIndex(Cpu cpu, int index) {
    idr.lock(cpu);
    idr.remove(index);
    idr.unlock(cpu);
  }
}
