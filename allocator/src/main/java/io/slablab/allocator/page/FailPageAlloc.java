package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cpu;

/**
 * Requests fail by chance, from the seeded stream of their CPU; the kernel's fail_page_alloc.
 *
 * @param perMille how many of 1000 requests fail, 0..1000
 * @param minOrder least order that fails
 * @param blocking whether requests that may wait fail too
 */
public record FailPageAlloc(int perMille, int minOrder, boolean blocking) implements FailurePolicy {

  public FailPageAlloc {
    if (perMille < 0 || perMille > 1000) {
      throw new IllegalArgumentException("perMille must lie in 0..1000: perMille=" + perMille);
    }
  }

  @Override
  public boolean fails(Cpu cpu, int order, int gfp) {
    boolean meant =
        order >= minOrder && (gfp & Gfp.NOFAIL) == 0 && (blocking || !Gfp.blocking(gfp));
    return meant && Long.remainderUnsigned(cpu.nextRandom(), 1000) < perMille;
  }
}
