package io.slablab.allocator.lockdep;

import java.util.List;

/**
 * One lock class was held while another was acquired.
 *
 * <p>A dependency is of one kind, by how the first was held and the second wanted:
 *
 * <pre>
 *              wanted: recursive read   else
 *   held: exclusive        ER            EN
 *   held: shared           SR            SN
 * </pre>
 *
 * A circle is a deadlock unless somewhere in it a recursive reader is wanted where a reader holds:
 * that one would not wait.
 *
 * @param held what the CPU held when the dependency was first seen, outermost first
 * @param context where that was
 * @param trace the calls that led there, innermost first
 */
public record Dependency(
    String from, String to, List<String> held, String context, List<String> trace) {
  static final int SR = 1;
  static final int ER = 1 << 1;
  static final int SN = 1 << 2;
  static final int EN = 1 << 3;
  private static final int FROM_EXCLUSIVE = ER | EN;
  private static final int TO_WAITING = SN | EN;

  static int kind(boolean heldExclusive, boolean wantedRecursive) {
    if (heldExclusive) {
      return wantedRecursive ? ER : EN;
    }
    return wantedRecursive ? SR : SN;
  }

  /** Those of the kinds that may follow, when what leads here wants a recursive reader alone. */
  static int following(int kinds, boolean recursiveOnly) {
    return recursiveOnly ? kinds & FROM_EXCLUSIVE : kinds;
  }

  /** Whether all of the kinds want a recursive reader. */
  static boolean recursiveOnly(int kinds) {
    return (kinds & TO_WAITING) == 0;
  }

  @Override
  public String toString() {
    return from + " -> " + to + " (first seen in " + context + " holding " + held + ")";
  }
}
