package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import java.util.Locale;

/**
 * Sets up a machine of 512 possible CPUs on 8 nodes with its whole stack and one object. Prints
 * milliseconds of the first set-up in this JVM, of the fastest of ten, and the MiB of heap that one
 * keeps.
 */
public final class LargeMachine {
  private static final int CPUS = 512;
  private static final int NODES = 8;
  private static final int ROUNDS = 10;

  private LargeMachine() {}

  public static void main(String[] args) {
    Variant variant = Variant.of(args[0]).orElseThrow();
    double first = 0;
    double fastest = Double.MAX_VALUE;
    double heap = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = usedHeapBytes();
      long startNs = System.nanoTime();
      AllocatorStack stack = setUp(variant);
      double ms = (System.nanoTime() - startNs) / 1e6;
      heap = (usedHeapBytes() - before) / (double) (1 << 20);
      first = round == 0 ? ms : first;
      fastest = Math.min(fastest, ms);
      stack.close();
    }
    System.out.printf(Locale.ROOT, "%.1f %.1f %.1f%n", first, fastest, heap);
  }

  private static AllocatorStack setUp(Variant variant) {
    Machine machine = HostMachine.of(HostConfig.uniform(CPUS, NODES));
    AllocatorStack stack =
        AllocatorStack.of(machine, StackConfig.measured(machine, false).forVariant(variant));
    Cpu cpu = machine.enter(0);
    ObjectPool pool = variant.open(cpu, stack, MmStruct.of(cpu, stack, variant.form(), false));
    if (pool.get(cpu, Gfp.GFP_KERNEL) == 0) {
      throw new IllegalStateException("no first object");
    }
    machine.leave(cpu);
    return stack;
  }

  private static long usedHeapBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
