package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cpu;

/** How deep a request may reach into a zone: an {@code int} of flags, from its gfp and its task. */
final class AllocFlags {
  /** Down to the low mark; without it to the min mark, less the reserve of the flags below. */
  static final int WMARK_LOW = 1;

  /** To the last page. */
  static final int NO_WATERMARKS = 1 << 1;

  /** Half of the min mark. */
  static final int MIN_RESERVE = 1 << 2;

  /** With {@link #MIN_RESERVE}: a quarter of that half too. */
  static final int NON_BLOCK = 1 << 3;

  /** The victim of an out-of-memory kill: half of what is left. */
  static final int OOM = 1 << 4;

  /** May use, and cause, reserved pageblocks. */
  static final int HIGHATOMIC = 1 << 5;

  /** Who has one of these counts pages of reserved pageblocks as free. */
  static final int RESERVES = MIN_RESERVE | NON_BLOCK | OOM | HIGHATOMIC;

  private AllocFlags() {}

  /** Of a request that found nothing above the low marks: the share of the reserve of its kind. */
  static int slow(int order, int gfp) {
    int flags = (gfp & Gfp.HIGH) != 0 ? MIN_RESERVE : 0;
    boolean nomemalloc = (gfp & Gfp.NOMEMALLOC) != 0;
    if (!Gfp.blocking(gfp) && !nomemalloc) {
      flags |= NON_BLOCK;
      flags |= order > 0 && (flags & MIN_RESERVE) != 0 ? HIGHATOMIC : 0;
    }
    return flags;
  }

  /** What who frees memory may use besides; 0 for others. */
  static int reserve(Cpu cpu, int gfp) {
    if ((gfp & Gfp.NOMEMALLOC) != 0) {
      return 0;
    }
    if ((gfp & Gfp.MEMALLOC) != 0 || (cpu.taskFlags() & Cpu.PF_MEMALLOC) != 0) {
      return NO_WATERMARKS;
    }
    return (cpu.taskFlags() & Cpu.OOM_VICTIM) != 0 ? OOM : 0;
  }

  /** What of a min mark stays out of reach. */
  static long mark(long min, int flags) {
    long mark = min;
    if ((flags & MIN_RESERVE) != 0) {
      mark -= mark / 2;
      mark -= (flags & NON_BLOCK) != 0 ? mark / 4 : 0;
    }
    return (flags & OOM) != 0 ? mark - mark / 2 : mark;
  }
}
