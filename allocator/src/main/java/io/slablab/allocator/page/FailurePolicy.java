package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cpu;

/** Decides which requests fail though there is memory, as the kernel's fail_page_alloc. */
@FunctionalInterface
public interface FailurePolicy {
  FailurePolicy NONE = (_, _, _) -> false;

  boolean fails(Cpu cpu, int order, int gfp);
}
