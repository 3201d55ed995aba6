package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.allocator.percpu.PercpuConfig.Backing;
import io.slablab.allocator.percpu.PercpuFaults;
import io.slablab.allocator.pool.EveryVariantTest.User;
import io.slablab.allocator.slub.KmemCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stack of one design with one user, cold: no slab is made and no populated page of a unit is
 * free, so that an operation passes every point there is. What operations leave is kept here, to be
 * given back at the end.
 */
final class FailureBench implements AutoCloseable {
  static final int COUNTERS = 4;

  /** Objects of an operation on many: more than a slab holds. */
  static final int BULK = 40;

  private static final int CPUS = 2;
  private static final int PAGES = 2048;
  private static final int LIMIT_PAGES = 1 << 16;

  final AllocatorStack stack;
  final Cpu cpu;
  final FailurePoints points;
  final List<Long> objects = new ArrayList<>();
  final List<Long> areas = new ArrayList<>();
  final List<Long> cacheObjects = new ArrayList<>();
  private final List<Long> hogged = new ArrayList<>();
  private final Variant variant;
  private final User user;
  private final ObjCgroup group;
  private @Nullable ObjectType type;
  private @Nullable ObjectPool pool;
  private @Nullable KmemCache cache;
  private long counterPage;
  private boolean charged;

  FailureBench(Variant variant, User user, Backing backing, FailurePoints points) {
    this.variant = variant;
    this.user = user;
    this.points = points;
    InjectingMachine machine =
        new InjectingMachine(HostMachine.of(HostConfig.uniform(CPUS, 1)), points);
    this.stack =
        AllocatorStack.of(
            machine,
            StackConfig.checked(PAGES)
                .forVariant(variant)
                .withPercpu(PercpuConfig.defaults().withBacking(backing))
                .withLockdep(LockdepLevel.FULL));
    this.cpu = machine.enter(0);
    this.group = new ObjCgroup(machine, LIMIT_PAGES);
    stack.pages().setFailurePolicy((_, _, _) -> points.fails(FailurePoints.Kind.PAGE));
    stack.percpu().setFaults(new Faults());
    hogPopulatedPages();
  }

  private final class Faults implements PercpuFaults {
    @Override
    public boolean createChunk(Cpu cpu, int gfp) {
      return points.fails(FailurePoints.Kind.CHUNK);
    }

    @Override
    public boolean allocChunkPages(Cpu cpu, int order, int gfp) {
      return points.fails(FailurePoints.Kind.CHUNK_PAGES);
    }

    @Override
    public boolean populatePage(Cpu cpu, int page, int unitCpu, int gfp) {
      return points.fails(FailurePoints.Kind.POPULATE);
    }
  }

  /** Atomic requests are served from populated pages alone; balancing would add some. */
  private void hogPopulatedPages() {
    Percpu percpu = stack.percpu();
    percpu.setAsyncEnabled(false);
    for (int bytes = 8192; bytes >= 4; bytes /= 2) {
      for (long area = hog(bytes); area != 0; area = hog(bytes)) {
        hogged.add(area);
      }
    }
    percpu.setAsyncEnabled(true);
  }

  private long hog(int bytes) {
    return stack.percpu().alloc(cpu, bytes, 4, Gfp.GFP_NOWAIT);
  }

  // ---- what operations do ----

  /** Makes type and pool; false when the type could not be made. */
  boolean openPool() {
    ObjectType made;
    try {
      made = new InjectingType(user.type(cpu, stack, variant), points);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("no page for the kernel's own page table");
      return false;
    }
    type = made;
    pool = variant.open(cpu, stack, made);
    return true;
  }

  void closePool() {
    if (pool != null) {
      pool.close(cpu);
      pool = null;
    }
  }

  ObjectPool pool() {
    return Objects.requireNonNull(pool);
  }

  boolean get(int gfp) {
    charge(true);
    long object = pool().get(cpu, gfp);
    charge(false);
    return keep(objects, object);
  }

  void putAll() {
    objects.forEach(object -> pool().put(cpu, object));
    objects.clear();
  }

  /** Makes a slab cache with the type's life cycle. */
  void openCache() {
    ObjectType made = Objects.requireNonNull(type);
    ObjectLife life =
        switch (variant) {
          case BATCH_CTOR, SLABLAB_BEST -> ObjectLife.BY_SLAB_BATCH;
          default -> made.form().constructed() ? ObjectLife.BY_SLAB : ObjectLife.BY_POOL;
        };
    cache = stack.createCache(cpu, made, life);
  }

  boolean allocBulk(int n, int gfp) {
    long[] out = new long[n];
    int got = Objects.requireNonNull(cache).allocBulk(cpu, gfp, n, out);
    assertThat(got).isIn(0, n);
    for (int i = 0; i < got; i++) {
      keep(cacheObjects, out[i]);
    }
    return got == n;
  }

  boolean allocArea(int bytes, int align, int gfp) {
    charge(true);
    long area = stack.areas().alloc(cpu, bytes, align, gfp);
    charge(false);
    return keep(areas, area);
  }

  boolean allocAreas(int bytes, int n, int gfp) {
    charge(true);
    long[] out = new long[n];
    int got = stack.areas().allocBulk(cpu, bytes, 8, gfp, n, out);
    charge(false);
    for (int i = 0; i < got; i++) {
      assertThat(keep(areas, out[i])).isTrue();
    }
    return got == n;
  }

  /** A place for structs of counters. */
  void makeCounterPage() {
    counterPage = stack.pages().alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.ZERO, 0);
    assertThat(counterPage).isNotZero();
  }

  boolean initCounters(int gfp) {
    charge(true);
    int error = stack.counters().initMany(cpu, counterPage, 7, gfp, COUNTERS);
    charge(false);
    assertThat(error).isIn(0, ObjectType.ENOMEM);
    if (error == 0) {
      assertThat(stack.counters().sum(cpu, counterPage)).isEqualTo(7);
    }
    return error == 0;
  }

  boolean chargeCounters() {
    charge(true);
    charged = stack.counters().chargeMany(cpu, counterPage, COUNTERS);
    charge(false);
    return charged;
  }

  private void charge(boolean on) {
    stack.percpu().setCgroup(cpu, on ? group : null);
  }

  private static boolean keep(List<Long> list, long address) {
    if (address == 0) {
      return false;
    }
    assertThat(list).as("handed out twice").doesNotContain(address);
    return list.add(address);
  }

  // ---- the end ----

  /** Gives everything back and checks that nothing is left of it. */
  void finish() {
    if (charged) {
      stack.counters().unchargeMany(cpu, counterPage, COUNTERS);
    }
    if (counterPage != 0) {
      stack.counters().destroyMany(cpu, counterPage, COUNTERS);
      stack.pages().free(cpu, counterPage, 0);
    }
    areas.forEach(area -> stack.areas().free(cpu, area));
    if (cache != null) {
      cacheObjects.forEach(object -> cache.free(cpu, object));
      stack.slub().destroy(cpu, cache);
    }
    if (pool != null) {
      putAll();
      closePool();
    }
    stack.areas().trim(cpu);
    hogged.forEach(area -> stack.percpu().free(cpu, area));
    stack.checkNothingLeaked(cpu);
    assertThat(group.usedBytes()).as("charged bytes").isZero();
  }

  @Override
  public void close() {
    stack.machine().leave(cpu);
    stack.close();
  }
}
