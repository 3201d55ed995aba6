package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * What a user of the stack needs in each of its objects.
 *
 * <p>A type is written for one {@link Form}. In form RAW a life starts and ends with meaningless
 * bytes: {@link #begin} makes everything, {@link #end} gives everything back. In form CONSTRUCTED
 * it starts and ends with a constructed object: what {@link #construct} made stays in the object
 * from life to life until {@link #destruct}.
 *
 * <p>Callers hold the token of the CPU they pass. An object is touched by one CPU at a time.
 */
public abstract class ObjectType {
  /** The kernel's "out of memory", negative as kernel functions return it. */
  public static final int ENOMEM = -12;

  /** What free objects are. */
  public enum Form {
    RAW,
    CONSTRUCTED
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
