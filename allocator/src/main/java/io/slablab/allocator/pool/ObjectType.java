package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.SlabIter;

/**
 * What a user of the stack needs in each of its objects.
 *
 * <p>A type is written for one {@link Form}. In a raw form a life starts and ends with meaningless
 * bytes: {@link #begin} makes everything, {@link #end} gives everything back. In a constructed one
 * it starts and ends with a constructed object: what {@link #construct} made stays in the object
 * from life to life until {@link #destruct}.
 *
 * <p>Callers hold the token of the CPU they pass. An object is touched by one CPU at a time.
 */
public abstract class ObjectType {
  /** The kernel's "out of memory", negative as kernel functions return it. */
  public static final int ENOMEM = -12;

  /** What free objects are, and where an object's per-CPU memory comes from. */
  public enum Form {
    /** Free objects are meaningless bytes; each per-CPU structure is an area of its own. */
    RAW(false),
    /** Free objects keep their areas, each structure its own. */
    CONSTRUCTED(true),
    /** Free objects are meaningless bytes; one area holds all per-CPU structures. */
    ONE_BLOCK(false),
    /** Free objects are meaningless bytes; counts stay plain until a second CPU needs them. */
    LAZY(false),
    /**
     * Free objects keep a part of one area that their whole slab shares, and every CPU's share of
     * it stays as a new life wants it: a life undoes what it did where it ran.
     */
    PARTITIONED(true);

    private final boolean constructed;

    Form(boolean constructed) {
      this.constructed = constructed;
    }

    /** Whether free objects are constructed. */
    public boolean constructed() {
      return constructed;
    }
  }

  private final Form form;

  protected ObjectType(Form form) {
    this.form = form;
  }

  public final Form form() {
    return form;
  }

  /** Where objects of this type and form live. */
  public abstract CacheSpec cache();

  /** Per-CPU bytes that one constructed object owns on each possible CPU. */
  public abstract int percpuBytes();

  /**
   * Makes the parts that may outlive a life, uncharged.
   *
   * @return 0, or {@link #ENOMEM} with nothing left behind
   */
  public abstract int construct(Cpu cpu, long object, int gfp);

  /**
   * Undoes {@link #construct}. May run on any CPU, with interrupts off or under foreign locks:
   * takes leaf spin locks only, neither allocates nor sleeps.
   */
  public abstract void destruct(Cpu cpu, long object);

  /**
   * Makes the objects of a slab, from the first on; one after the other unless the type can do
   * better.
   *
   * @return how many are made; with fewer than all nothing of the others is left behind
   */
  public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
    for (int i = 0; i < objects.count(); i++) {
      if (construct(cpu, objects.object(i), gfp) != 0) {
        return i;
      }
    }
    return objects.count();
  }

  /** Undoes {@link #constructMany}; the objects are all the constructed ones of their slab. */
  public void destructMany(Cpu cpu, SlabIter objects) {
    for (int i = 0; i < objects.count(); i++) {
      destruct(cpu, objects.object(i));
    }
  }

  /**
   * Begins a life.
   *
   * @return 0, or {@link #ENOMEM} with the object as it was
   */
  public abstract int begin(Cpu cpu, long object, int gfp);

  /** Ends a life. */
  public abstract void end(Cpu cpu, long object);

  /** Gives back what the type itself holds. All objects are gone. */
  public abstract void close(Cpu cpu);
}
