package io.slablab.allocator.slub;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The objects in use that one place in the code handed out, or freed before they were handed out
 * again.
 *
 * @param site class, method and line; {@value #UNKNOWN} when there was no such event
 * @param objects how many
 * @param wasteBytes bytes of the objects that nobody asked for
 * @param ageMinNs least time since the event
 * @param ageMeanNs mean time since the event
 * @param ageMaxNs greatest time since the event
 * @param cpus where the event ran
 * @param nodes where the objects lie
 */
public record CallSiteUse(
    String site,
    long objects,
    long wasteBytes,
    long ageMinNs,
    long ageMeanNs,
    long ageMaxNs,
    SortedSet<Integer> cpus,
    SortedSet<Integer> nodes) {
  public static final String UNKNOWN = "not available";

  public CallSiteUse {
    cpus = new TreeSet<>(cpus);
    nodes = new TreeSet<>(nodes);
  }

  /** A line for each, in the order of the kernel's files, ages in milliseconds. */
  public static String text(List<CallSiteUse> uses) {
    return uses.stream().map(CallSiteUse::line).collect(Collectors.joining());
  }

  private String line() {
    String waste = wasteBytes == 0 ? "" : " waste=" + wasteBytes + "/" + wasteBytes / objects;
    return String.format(
        Locale.ROOT,
        "%7d %s%s age=%d/%d/%d cpus=%s nodes=%s%n",
        objects,
        site,
        waste,
        ageMinNs / 1_000_000,
        ageMeanNs / 1_000_000,
        ageMaxNs / 1_000_000,
        listed(cpus),
        listed(nodes));
  }

  private static String listed(Collection<Integer> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
