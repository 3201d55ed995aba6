package io.slablab.allocator.percpu;

/**
 * What is known of the free runs of a page, or of a whole chunk; all in bits of 4 bytes.
 *
 * <p>Invariants: no hint exceeds the run it stands for, any may lag behind it; scanStart >
 * contigStart only if scan == contig.
 */
final class Hints {
  final int bits;

  /** Largest known free run. */
  int contig;

  int contigStart;

  /** Largest known free run before {@link #contig}; 0 for none. */
  int scan;

  int scanStart;

  /** Free run that touches the left edge, and the right one. */
  int leftFree;

  int rightFree;

  /** Lowest free bit; a lower bound. */
  int firstFree;

  Hints(int bits) {
    this.bits = bits;
    empty();
  }

  /** All free. The place of the scan hint stays: a later equal run is compared with it. */
  void empty() {
    contig = bits;
    contigStart = 0;
    scan = 0;
    leftFree = bits;
    rightFree = bits;
    firstFree = 0;
  }

  /** All taken, but for the first free bit, which stays a lower bound. */
  void take() {
    contig = 0;
    scan = 0;
    leftFree = 0;
    rightFree = 0;
  }

  /** Where to begin the search for a run of {@code need} bits. */
  int next(int need) {
    return scan > 0 && contigStart > scanStart && need > scan ? scanStart + scan : firstFree;
  }

  /** Learns that [start, end) is a whole free run. */
  void update(int start, int end) {
    int run = end - start;
    firstFree = Math.min(firstFree, start);
    if (start == 0) {
      leftFree = run;
    }
    if (end == bits) {
      rightFree = run;
    }
    if (run > contig) {
      updateLarger(start, run);
    } else if (run == contig) {
      updateEqual(start, run);
    } else if (start < contigStart && (run > scan || (run == scan && start > scanStart))) {
      scanStart = start;
      scan = run;
    }
  }

  private void updateLarger(int start, int run) {
    if (start > contigStart) {
      if (contig > scan) {
        scanStart = contigStart;
        scan = contig;
      } else if (start < scanStart) {
        scan = 0;
      }
    } else {
      scan = 0;
    }
    contigStart = start;
    contig = run;
  }

  private void updateEqual(int start, int run) {
    boolean betterAligned =
        contigStart != 0
            && (start == 0
                || Integer.numberOfTrailingZeros(start)
                    > Integer.numberOfTrailingZeros(contigStart));
    if (betterAligned) {
      contigStart = start;
      if (start < scanStart && contig > scan) {
        scan = 0;
      }
    } else if (start > scanStart || contig > scan) {
      scanStart = start;
      scan = run;
    }
  }

  /** The contig hint is gone: the scan hint takes its place. Returns where to look for more. */
  int promoteScan() {
    if (scan > 0) {
      int from = scanStart + scan;
      contigStart = scanStart;
      contig = scan;
      scan = 0;
      return from;
    }
    contig = 0;
    return firstFree;
  }

  boolean scanOverlaps(int from, int to) {
    return scanStart < to && from < scanStart + scan;
  }

  boolean contigOverlaps(int from, int to) {
    return contigStart < to && from < contigStart + contig;
  }
}
