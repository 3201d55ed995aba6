package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * One CPU gives areas to the depot while another takes from it, with magazines of one area so that
 * every call goes there: no area has two owners. An owner's stamp would not survive another one.
 */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "every area has one owner")
@Outcome(expect = Expect.FORBIDDEN, desc = "an area has two owners")
@State
public class DepotExchangeStress {
  private static final int BYTES = 16;
  private static final int AREAS = 2;
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 17));
  private static final Percpu PERCPU = new Percpu(MACHINE, PAGES, PercpuConfig.defaults());
  private static final AreaCache CACHE =
      new AreaCache(MACHINE, PERCPU, SizeClasses.MULTIPLES_OF_8, 1, 1);
  private static final AtomicInteger STAMPS = new AtomicInteger();

  private final long[] kept = new long[AREAS];
  private final long[] given = new long[AREAS];
  private final long[] taken = new long[AREAS];
  private final int stamp = STAMPS.addAndGet(2 * AREAS);

  public DepotExchangeStress() {
    Cpu cpu = MACHINE.enter(0);
    for (int i = 0; i < AREAS; i++) {
      given[i] = CACHE.alloc(cpu, BYTES, 8, Gfp.GFP_KERNEL);
    }
    take(cpu, kept, stamp + AREAS);
    MACHINE.leave(cpu);
  }

  private static void take(Cpu cpu, long[] areas, int stamp) {
    for (int i = 0; i < AREAS; i++) {
      areas[i] = CACHE.alloc(cpu, BYTES, 8, Gfp.GFP_KERNEL);
      PERCPU.memory().putInt(PERCPU.address(areas[i], 0), stamp + i);
    }
  }

  private static boolean owned(long[] areas, int stamp) {
    boolean owned = true;
    for (int i = 0; i < AREAS; i++) {
      owned &= PERCPU.memory().getInt(PERCPU.address(areas[i], 0)) == stamp + i;
    }
    return owned;
  }

  private static void free(Cpu cpu, long[] areas) {
    for (long area : areas) {
      CACHE.free(cpu, area);
    }
  }

  @Actor
  public void giver() {
    Cpu cpu = MACHINE.enter(0);
    free(cpu, given);
    MACHINE.leave(cpu);
  }

  @Actor
  public void taker() {
    Cpu cpu = MACHINE.enter(1);
    take(cpu, taken, stamp);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(Z_Result result) {
    Cpu cpu = MACHINE.enter(0);
    result.r1 = owned(taken, stamp) && owned(kept, stamp + AREAS);
    free(cpu, kept);
    free(cpu, taken);
    MACHINE.leave(cpu);
  }
}
