package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.ObjectType.Form;
import java.util.Optional;

/** The designs that a suite can name. Each is described as an engineer would ask about it. */
public enum Variant {
  BASELINE(
      "baseline",
      "each object's per-CPU memory is allocated and freed in every life",
      Form.RAW,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "pcpu_alloc_mutex and pcpu_lock for every area, percpu_counters_lock twice per mm",
      "none",
      "any area may fail: the life is unwound"),
  CTOR_DTOR(
      "ctor-dtor",
      "free slab objects keep their per-CPU memory, from constructor to destructor",
      Form.CONSTRUCTED,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "none of the per-CPU allocator; list_lock when slabs change hands",
      "CPUs x (slab + cpu_partial slabs) and nodes x min_partial slabs of objects, each with its"
          + " per-CPU bytes on all CPUs",
      "one failed constructor loses a slab; one live object pins its slab's per-CPU memory"),
  BATCH_CTOR(
      "batch-ctor",
      "as ctor-dtor, a slab's objects constructed and destructed together",
      Form.CONSTRUCTED,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "as ctor-dtor; pcpu_alloc_mutex and percpu_counters_lock once per slab instead of per object",
      "as ctor-dtor",
      "all or nothing for a slab; the whole slab's construction is one pause"),
  REGION_CACHE(
      "region-cache",
      "freed per-CPU regions wait in magazines per CPU and depots per node",
      Form.RAW,
      AreaSource.REGION_CACHE,
      FrontEnd.CPU_SLABS,
      "pcpu_depot_lock once per half magazine, percpu_counters_lock twice per mm",
      "CPUs x sizes in use x 32 regions, per node and size 16 magazines, and the rest of the pages"
          + " that regions in use or kept lie on",
      "regions are zeroed on every CPU at each use; one used region pins a page on every CPU"),
  GROUP_CACHE_4(
      "group-cache-4",
      "constructed objects are shared by groups of 4 CPUs",
      Form.CONSTRUCTED,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "the group's lock twice per life",
      "CPUs / 4 x 16 objects",
      "contention in the group; a producer and a consumer in two groups miss the cache"),
  GROUP_CACHE_8(
      "group-cache-8",
      "constructed objects are shared by groups of 8 CPUs",
      Form.CONSTRUCTED,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "the group's lock twice per life",
      "CPUs / 8 x 32 objects",
      "as group-cache-4, with more CPUs on one lock and fewer idle objects"),
  SCALABLE_PERCPU(
      "scalable-percpu",
      "the per-CPU allocator itself caches areas of every power of two",
      Form.RAW,
      AreaSource.SIZE_CLASSES,
      FrontEnd.CPU_SLABS,
      "pcpu_depot_lock once per half magazine, percpu_counters_lock twice per mm",
      "CPUs x classes in use x 64 areas or 32 KiB, per node and class 8 magazines, and the rest of"
          + " the pages that areas in use or kept lie on",
      "up to twice the bytes asked for; areas are zeroed on every CPU at each use"),
  SHEAVES(
      "sheaves",
      "as ctor-dtor, with per-CPU arrays of constructed objects instead of per-CPU slabs",
      Form.CONSTRUCTED,
      AreaSource.PERCPU,
      FrontEnd.SHEAVES,
      "barn lock once per sheaf at worst, list_lock when a sheaf is filled or flushed",
      "CPUs x 2 sheaves, per node 10 full sheaves and min_partial slabs, and the rest of the slabs"
          + " that objects in sheaves lie on",
      "an object in a sheaf pins its slab: destructors wait for a flush"),
  ONE_BLOCK(
      "one-block",
      "all per-CPU memory of an object is one area, allocated in every life",
      Form.ONE_BLOCK,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "pcpu_alloc_mutex once and pcpu_lock twice, percpu_counters_lock twice per mm",
      "none",
      "as baseline, with one step instead of two or three"),
  LAZY_COUNTERS(
      "lazy-counters",
      "counts are plain until a second CPU uses the object, so that most lives allocate none",
      Form.LAZY,
      AreaSource.PERCPU,
      FrontEnd.CPU_SLABS,
      "mm: pcpu_alloc_mutex once and pcpu_lock twice for the concurrency ids; tc: none",
      "none",
      "an object used by many CPUs counts on one shared line until it is promoted"),
  SLABLAB_BEST(
      "slablab-best",
      "sheaves of constructed objects; a slab shares one per-CPU area; lives clean up where they"
          + " ran",
      Form.PARTITIONED,
      AreaSource.PERCPU,
      FrontEnd.SHEAVES,
      "barn lock once per sheaf at worst; pcpu_alloc_mutex and percpu_counters_lock once per slab;"
          + " mm: a pgd_lock per CPU",
      "CPUs x 2 sheaves, per node 1 full sheaf and min_partial slabs, and the rest of the slabs"
          + " that objects in sheaves lie on; one area per slab, without gaps",
      "one failed area loses a slab; an object in a sheaf pins its slab until a trim");

  private final String id;
  private final String description;
  private final Form form;
  private final AreaSource areas;
  private final FrontEnd frontEnd;
  private final String hotLocks;
  private final String idleBound;
  private final String failureModes;

  Variant(
      String id,
      String description,
      Form form,
      AreaSource areas,
      FrontEnd frontEnd,
      String hotLocks,
      String idleBound,
      String failureModes) {
    this.id = id;
    this.description = description;
    this.form = form;
    this.areas = areas;
    this.frontEnd = frontEnd;
    this.hotLocks = hotLocks;
    this.idleBound = idleBound;
    this.failureModes = failureModes;
  }

  /** The name in suites. */
  public String id() {
    return id;
  }

  /** One line for a list of designs. */
  public String description() {
    return description;
  }

  /** The form an object type must have under this design. */
  public Form form() {
    return form;
  }

  /** What the stack must have in front of its percpu allocator. */
  public AreaSource areas() {
    return areas;
  }

  /** What CPUs allocate objects from. */
  public FrontEnd frontEnd() {
    return frontEnd;
  }

  /** Locks that a life still takes, beside those of page tables and indices. */
  public String hotLocks() {
    return hotLocks;
  }

  /** How much memory the design may keep for later. */
  public String idleBound() {
    return idleBound;
  }

  /** What may go wrong that the baseline does not know, or how the baseline fails. */
  public String failureModes() {
    return failureModes;
  }

  /** The design of a name, if there is one. */
  public static Optional<Variant> of(String id) {
    for (Variant variant : values()) {
      if (variant.id.equals(id)) {
        return Optional.of(variant);
      }
    }
    return Optional.empty();
  }

  /**
   * Opens a pool of a type under this design, on a stack that was built for it. A type that has no
   * per-CPU memory has a raw form under every design.
   *
   * @throws IllegalArgumentException when the type or the stack is made for another design
   */
  public ObjectPool open(Cpu cpu, AllocatorStack stack, ObjectType type) {
    if (stack.areaSource() != areas || stack.frontEnd() != frontEnd) {
      throw new IllegalArgumentException(
          "stack of another design: variant="
              + id
              + " areas="
              + stack.areaSource()
              + " frontEnd="
              + stack.frontEnd());
    }
    if (type.form() == Form.RAW && form != Form.RAW && type.percpuBytes() == 0) {
      return frontEnd == FrontEnd.SHEAVES
          ? SheafPool.create(cpu, stack, type, false)
          : BaselinePool.create(cpu, stack, type);
    }
    if (type.form() != form) {
      throw new IllegalArgumentException(
          "object type of another design: variant=" + id + " form=" + type.form());
    }
    return switch (this) {
      case BASELINE -> BaselinePool.create(cpu, stack, type);
      case CTOR_DTOR -> CtorDtorPool.create(cpu, stack, type);
      case BATCH_CTOR -> BatchCtorPool.create(cpu, stack, type);
      case REGION_CACHE -> RegionCachePool.create(cpu, stack, type);
      case GROUP_CACHE_4 -> GroupCachePool.create(cpu, stack, type, 4);
      case GROUP_CACHE_8 -> GroupCachePool.create(cpu, stack, type, 8);
      case SCALABLE_PERCPU -> ScalablePercpuPool.create(cpu, stack, type);
      case SHEAVES -> SheafPool.create(cpu, stack, type, false);
      case ONE_BLOCK -> OneBlockPool.create(cpu, stack, type);
      case LAZY_COUNTERS -> LazyCountersPool.create(cpu, stack, type);
      case SLABLAB_BEST -> SheafPool.create(cpu, stack, type, true);
    };
  }
}
