package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/**
 * Who had an object, of a cache with {@link SlabFlags#STORE_USER}.
 *
 * @param allocated its last allocation, or null when it was never allocated
 * @param freed its last free, or null when it was never freed
 */
public record ObjectHistory(@Nullable Track allocated, @Nullable Track freed) {

  /**
   * One allocation or free.
   *
   * @param site the caller: class, method and line
   * @param cpu where it ran
   * @param whenNs time of the machine
   */
  public record Track(String site, int cpu, long whenNs) {
    private String words() {
      return site + " on cpu " + cpu + " at " + whenNs + " ns";
    }
  }

  /** For the end of a message; empty without a history. */
  static String words(@Nullable ObjectHistory history) {
    if (history == null) {
      return "";
    }
    return " allocated=" + words(history.allocated) + " freed=" + words(history.freed);
  }

  private static String words(@Nullable Track track) {
    return track == null ? "never" : track.words();
  }
}
