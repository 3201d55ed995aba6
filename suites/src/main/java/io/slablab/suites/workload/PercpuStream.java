package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.PoolStats;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec.Lifetime;
import java.util.Arrays;

/** alloc_percpu() and free_percpu() themselves: a batch of areas is had, then as many are freed. */
final class PercpuStream extends LifeCycleStream {
  /** Room after an array that is written in every operation. */
  private static final int GAP = 16;

  private final PercpuAreas areas;
  private final BusyRest rest;
  private final double reuse;
  private final double atomic;
  private final boolean anyMakesRoom;
  private final int bulk;
  private final int align;
  private final int account;
  private final int[] sizes;
  private final LiveSet lives;

  // Of `bulk` areas each; made after the live set, which ends with a gap.
  private final long[] fresh;
  private final long[] ending;

  private PercpuStream(StreamSetup setup, PercpuSpec spec) {
    super(setup);
    this.areas = setup.stack().areas();
    this.rest = setup.rest();
    this.reuse = setup.reuse();
    this.atomic = spec.atomic();
    this.anyMakesRoom = spec.lifetime() == Lifetime.RANDOM;
    this.bulk = spec.bulk();
    this.align = spec.align();
    this.account = spec.account() ? Gfp.ACCOUNT : 0;
    this.sizes = spec.sizes().stream().mapToInt(bytes -> bytes).toArray();
    this.lives = new LiveSet(setup.live() * bulk);
    this.fresh = new long[bulk + GAP];
    this.ending = new long[bulk + GAP];
  }

  static Workload open(PercpuSpec spec, WorkloadSetup setup) {
    AllocatorStack stack = setup.stack();
    LifeCycleStream[] streams =
        setup.streams(spec, Cost.PCPU_REST, stream -> new PercpuStream(stream, spec));
    return new Workload(
        spec.name(),
        setup.variantId(),
        () -> areaStats(stack, streams),
        cpu -> stack.areas().trim(cpu),
        streams);
  }

  /** Of the areas as if they were objects of a pool. */
  private static PoolStats areaStats(AllocatorStack stack, LifeCycleStream[] streams) {
    long had = Arrays.stream(streams).mapToLong(stream -> stream.state.areasHad).sum();
    long ended = Arrays.stream(streams).mapToLong(stream -> stream.state.areasEnded).sum();
    long failed = Arrays.stream(streams).mapToLong(stream -> stream.state.failures).sum();
    long live = had - ended;
    long idleBytes = stack.areas().cachedBytes() * stack.machine().possibleCpus();
    return new PoolStats(had, failed, ended, live, live, 0, idleBytes);
  }

  @Override
  void fill(Cpu cpu) {
    while (!lives.full()) {
      create(cpu);
      keep();
    }
  }

  @Override
  void live(Cpu cpu) {
    create(cpu);
    rest.run(cpu, state);
    if (state.chance(reuse)) {
      endMany(cpu, fresh);
    } else {
      makeRoom();
      endMany(cpu, ending);
      keep();
    }
  }

  /** A batch of one size; one that must not wait and fails is asked for again. */
  private void create(Cpu cpu) {
    int bytes = sizes[state.below(sizes.length)];
    if (state.chance(atomic)) {
      if (take(cpu, bytes, Gfp.GFP_ATOMIC | Gfp.NOWARN)) {
        return;
      }
      state.failures++;
    }
    if (!take(cpu, bytes, Gfp.GFP_KERNEL)) {
      throw failed("percpu", "a batch of per-CPU areas");
    }
  }

  /** All of the batch or nothing. */
  private boolean take(Cpu cpu, int bytes, int gfp) {
    int got =
        bulk == 1
            ? takeOne(cpu, bytes, gfp | account)
            : areas.allocBulk(cpu, bytes, align, gfp | account, bulk, fresh);
    if (got < bulk) {
      areas.freeBulk(cpu, fresh, got);
      return false;
    }
    state.areasHad += got;
    return true;
  }

  private int takeOne(Cpu cpu, int bytes, int gfp) {
    fresh[0] = areas.alloc(cpu, bytes, align, gfp);
    return fresh[0] == 0 ? 0 : 1;
  }

  private void keep() {
    for (int i = 0; i < bulk; i++) {
      lives.add(fresh[i]);
    }
  }

  private void makeRoom() {
    for (int i = 0; i < bulk; i++) {
      ending[i] = anyMakesRoom ? lives.removeAny(state.below(lives.size())) : lives.removeOldest();
    }
  }

  /** Those that stay here in one call. */
  private void endMany(Cpu cpu, long[] batch) {
    int here = 0;
    for (int i = 0; i < bulk; i++) {
      if (!sent(cpu, batch[i])) {
        batch[here++] = batch[i];
      }
    }
    if (here == 1) {
      end(cpu, batch[0]);
    } else if (here > 1) {
      areas.freeBulk(cpu, batch, here);
      state.areasEnded += here;
    }
  }

  @Override
  void end(Cpu cpu, long area) {
    areas.free(cpu, area);
    state.areasEnded++;
  }

  @Override
  void endAll(Cpu cpu) {
    while (lives.size() != 0) {
      end(cpu, lives.removeOldest());
    }
  }
}
