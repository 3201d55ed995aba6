package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectType.Form;

/**
 * What one kernel keeps per CPU for an mm beside its counters, and what a life finds there.
 *
 * <p>A stack's mms are all of one kernel; as long as a JVM models only one, its methods are bound.
 */
abstract class MmAreas {
  final int cidBytes;
  final int cidAlign;

  /** Bytes of futex_ref in an area that holds all structures; 0 where it has one of its own. */
  final int sharedFutexBytes;

  MmAreas(MmKernel kernel, int sharedFutexBytes) {
    this.cidBytes = kernel.cidBytes();
    this.cidAlign = kernel.cidAlign();
    this.sharedFutexBytes = sharedFutexBytes;
  }

  /** Only the kernel that is asked for is loaded. */
  static MmAreas of(AllocatorStack stack, MmLayout layout, MmKernel kernel, Form form) {
    return switch (kernel) {
      case V6_15 -> V615Areas.create(stack);
      case V7_0 -> V70Areas.create(stack, layout, form);
    };
  }

  /** Makes the concurrency ids of a new, zeroed area. */
  abstract void initCids(Cpu cpu, long area);

  /** Makes the concurrency ids as new after a life. */
  abstract void resetCids(Cpu cpu, long area);

  /** As {@link #resetCids}, on one possible CPU. */
  abstract void resetCid(long area, int id);

  /** Sets what the kernel has in the struct itself; all of it is zero. */
  abstract void initFields(long mm);

  /**
   * A second or later thread begins.
   *
   * @return 0, or -ENOMEM with the mm as it was
   */
  abstract int addThread(Cpu cpu, long mm, int gfp);

  /** The last user is gone. */
  abstract void exit(Cpu cpu, long mm);
}
