package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.page.Gfp;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes per-CPU areas, so that nobody else finds one without new pages. */
final class HoggedAreas {
  private static final int LARGEST_BYTES = 32_768;
  private static final int SMALLEST_BYTES = 4;
  private static final int PIECE_BYTES = 64;
  private static final int GFP = Gfp.GFP_KERNEL | Gfp.NOWARN;

  private final MatrixRun run;
  private final Deque<Long> taken = new ArrayDeque<>();

  HoggedAreas(MatrixRun run) {
    this.run = run;
  }

  /** All that is to be had; endless unless backing fails. */
  void takeAll() {
    for (int bytes = LARGEST_BYTES; bytes >= SMALLEST_BYTES; bytes /= 2) {
      while (take(bytes)) {
        // as many of this size as there are
      }
    }
  }

  /** Those of the first chunk, for which nobody is ever charged. */
  void takeUncharged() {
    int chunks = run.stack.percpu().stats().nrChunks();
    while (run.stack.percpu().stats().nrChunks() == chunks) {
      take(PIECE_BYTES);
    }
  }

  private boolean take(int bytes) {
    long area = run.stack.percpu().alloc(run.cpu, bytes, SMALLEST_BYTES, GFP);
    return area != 0 && taken.add(area);
  }

  void giveBack() {
    taken.forEach(area -> run.stack.percpu().free(run.cpu, area));
    taken.clear();
  }
}
