package io.slablab.allocator.slub;

/** Objects of one slab. Valid during the call it is passed to. */
public final class SlabIter {
  private final long[] objects;
  private final int size;
  private final int slabObjects;
  private long base;
  private int count;

  SlabIter(int capacity, int size) {
    this.objects = new long[capacity];
    this.slabObjects = capacity;
    this.size = size;
  }

  /** One object that lies on no slab, in the first place. */
  public static SlabIter of(long object) {
    SlabIter one = new SlabIter(1, 1);
    one.reset(object);
    one.add(object);
    return one;
  }

  /**
   * @param firstObject address of the slab's first object
   */
  void reset(long firstObject) {
    base = firstObject;
    count = 0;
  }

  void add(long object) {
    objects[count++] = object;
  }

  public int count() {
    return count;
  }

  /** Address of the i-th one. */
  public long object(int i) {
    return objects[i];
  }

  /** Place of the i-th one in its slab, in [0, {@link #slabObjects}). */
  public int place(int i) {
    return (int) ((objects[i] - base) / size);
  }

  /** Most objects a slab of this cache has. */
  public int slabObjects() {
    return slabObjects;
  }

  /** The objects themselves, the first {@link #count} entries; not to be kept or changed. */
  public long[] array() {
    return objects;
  }
}
