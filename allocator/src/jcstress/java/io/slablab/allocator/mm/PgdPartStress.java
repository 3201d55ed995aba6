package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Lives that began on CPU 0 end on two CPUs, their page tables side by side in CPU 0's part of the
 * list. Were the part locked by who ends the life, and not by where the table is, a neighbour would
 * keep a link to a table that is gone.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the list is whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "a neighbour links to a table that is gone")
@State
public class PgdPartStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final AllocatorStack STACK =
      AllocatorStack.of(MACHINE, StackConfig.measured(MACHINE, false));
  private static final PgdList TABLES;

  static {
    Cpu cpu = MACHINE.enter(0);
    TABLES = new PgdList(cpu, MACHINE, STACK.pages(), 2);
    MACHINE.leave(cpu);
  }

  private final long before;
  private final long first;
  private final long second;
  private final long after;

  public PgdPartStress() {
    Cpu cpu = MACHINE.enter(0);
    before = TABLES.alloc(cpu, Gfp.GFP_KERNEL);
    first = TABLES.alloc(cpu, Gfp.GFP_KERNEL);
    second = TABLES.alloc(cpu, Gfp.GFP_KERNEL);
    after = TABLES.alloc(cpu, Gfp.GFP_KERNEL);
    MACHINE.leave(cpu);
  }

  private static void free(int id, long table) {
    Cpu cpu = MACHINE.enter(id);
    TABLES.free(cpu, table);
    MACHINE.leave(cpu);
  }

  @Actor
  public void here() {
    free(0, first);
  }

  @Actor
  public void elsewhere() {
    free(1, second);
  }

  @Arbiter
  public void look(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    result.r1 = TABLES.linked(cpu, before);
    result.r2 = TABLES.linked(cpu, after);
    TABLES.free(cpu, before);
    TABLES.free(cpu, after);
    MACHINE.leave(cpu);
  }
}
