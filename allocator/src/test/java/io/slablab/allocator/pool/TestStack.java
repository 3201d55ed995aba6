package io.slablab.allocator.pool;

import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A small stack on the host machine for tests, whose memory can be used up. */
public final class TestStack implements AutoCloseable {
  private static final int SMALL_PAGES = 8192;

  public final AllocatorStack stack;
  private final List<Long> hoggedPages = new ArrayList<>();
  private final List<Long> hoggedAreas = new ArrayList<>();

  private TestStack(AllocatorStack stack) {
    this.stack = stack;
  }

  /** 32 MiB, one node, slab metadata as real bytes, all rules of locks. */
  public static TestStack of(int cpus) {
    return of(cpus, checked());
  }

  private static StackConfig checked() {
    return StackConfig.checked(SMALL_PAGES).withLockdep(LockdepLevel.FULL);
  }

  public static TestStack of(int cpus, StackConfig config) {
    Machine machine = HostMachine.of(HostConfig.uniform(cpus, 1));
    return new TestStack(AllocatorStack.of(machine, config));
  }

  /** As {@link #of(int)}, with what a design needs around its pool. */
  public static TestStack of(int cpus, Variant variant) {
    return of(cpus, checked().forVariant(variant));
  }

  public static StackConfig faithful() {
    return checked().withFaithful(true);
  }

  /** Takes every page. */
  public void hogPages(Cpu cpu) {
    for (long page = stack.pages().alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
        page != 0;
        page = stack.pages().alloc(cpu, 0, Gfp.GFP_KERNEL, 0)) {
      hoggedPages.add(page);
    }
  }

  /** Takes every per-CPU area of 16 bytes; pages must be used up or the pool is endless. */
  public void hogAreas(Cpu cpu) {
    for (long area = stack.percpu().alloc(cpu, 16, 16, Gfp.GFP_KERNEL | Gfp.NOWARN);
        area != 0;
        area = stack.percpu().alloc(cpu, 16, 16, Gfp.GFP_KERNEL | Gfp.NOWARN)) {
      hoggedAreas.add(area);
    }
  }

  /** As {@link #hogAreas}, and what is too small for that. */
  public void hogSmallAreas(Cpu cpu) {
    hogAreas(cpu);
    for (long area = stack.percpu().alloc(cpu, 4, 4, Gfp.GFP_KERNEL | Gfp.NOWARN);
        area != 0;
        area = stack.percpu().alloc(cpu, 4, 4, Gfp.GFP_KERNEL | Gfp.NOWARN)) {
      hoggedAreas.add(area);
    }
  }

  /** Takes the areas of the first chunk, whose areas are never charged. */
  public void hogFirstChunk(Cpu cpu) {
    int chunks = stack.percpu().stats().nrChunks();
    while (stack.percpu().stats().nrChunks() == chunks) {
      hoggedAreas.add(stack.percpu().alloc(cpu, 16, 16, Gfp.GFP_KERNEL));
    }
  }

  /** Takes all memory but some pages: fewer than CPUs, so that they cannot become per-CPU areas. */
  public void hogAllBut(Cpu cpu, int pages) {
    hogPages(cpu);
    hogAreas(cpu);
    freePages(cpu, pages);
  }

  public void freePages(Cpu cpu, int count) {
    for (int i = 0; i < count; i++) {
      stack.pages().free(cpu, hoggedPages.removeLast(), 0);
    }
  }

  public void freeAreas(Cpu cpu, int count) {
    for (int i = 0; i < count; i++) {
      stack.percpu().free(cpu, hoggedAreas.removeLast());
    }
  }

  public void freeHogged(Cpu cpu) {
    freeAreas(cpu, hoggedAreas.size());
    freePages(cpu, hoggedPages.size());
    cpu.poll();
  }

  /** Acquisitions by lock class. */
  public Map<String, Long> acquired() {
    return stack.machine().lockStats().stream()
        .collect(Collectors.toMap(LockStats::name, LockStats::acquired));
  }

  public Cpu enter(int cpu) {
    return stack.machine().enter(cpu);
  }

  public void leave(Cpu cpu) {
    stack.machine().leave(cpu);
  }

  @Override
  public void close() {
    stack.close();
  }
}
