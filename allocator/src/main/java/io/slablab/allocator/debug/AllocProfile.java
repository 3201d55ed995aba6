package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Machine;
import java.lang.StackWalker.StackFrame;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who asks for per-CPU areas of which size, and how long they live: what a percpu allocator with
 * size classes would be tuned by. The kernel's alloc_profiling counts by call site; sizes in powers
 * of two and lifetimes are asked for on top.
 *
 * <p>An area that a constructor makes lives as long as its object is constructed, and is the
 * constructor's. Faithful: it is put down to whoever asked for an object when a slab had to be
 * made.
 *
 * <p>Threads: any; rows are exact at rest.
 */
public final class AllocProfile {
  private static final String ALLOCATOR = "io.slablab.allocator.";
  private static final List<String> BELOW = List.of(ALLOCATOR + "percpu.", ALLOCATOR + "counter.");
  private static final Set<String> OWN =
      Set.of(
          AllocProfile.class.getName(),
          ProfiledAreas.class.getName(),
          TrackedCounters.class.getName());
  private static final String SLUB = ALLOCATOR + "slub.";
  private static final List<String> FRONT = List.of(SLUB, ALLOCATOR + "pool.");

  /**
   * Areas of one call site and size.
   *
   * @param site class and method
   * @param bytes the power of two that the size is rounded up to, at least 4
   * @param count handed out
   * @param live in use now
   * @param meanLifetimeNs of those that were given back; 0 without one
   * @param maxLifetimeNs likewise
   */
  public record Row(
      String site, int bytes, long count, long live, long meanLifetimeNs, long maxLifetimeNs) {}

  private record Key(String site, int bytes) {}

  private record Life(Sums sums, long bornNs) {}

  /** Under its own monitor. */
  private static final class Sums {
    private long count;
    private long ended;
    private long lifetimeNs;
    private long maxLifetimeNs;

    synchronized void born() {
      count++;
    }

    synchronized void died(long ns) {
      ended++;
      lifetimeNs += ns;
      maxLifetimeNs = Math.max(maxLifetimeNs, ns);
    }

    synchronized Row row(Key key) {
      long mean = ended == 0 ? 0 : lifetimeNs / ended;
      return new Row(key.site, key.bytes, count, count - ended, mean, maxLifetimeNs);
    }
  }

  private final Machine machine;
  private final boolean faithful;
  private final ConcurrentMap<Key, Sums> sums = new ConcurrentHashMap<>();
  private final ConcurrentMap<Long, Life> lives = new ConcurrentHashMap<>();

  AllocProfile(Machine machine, boolean faithful) {
    this.machine = machine;
    this.faithful = faithful;
  }

  void allocated(long pointer, int bytes) {
    Sums of = sums.computeIfAbsent(new Key(site(), bucket(bytes)), _ -> new Sums());
    of.born();
    lives.put(pointer, new Life(of, machine.nowNs()));
  }

  void freed(long pointer) {
    Life life = lives.remove(pointer);
    if (life != null) {
      life.sums.died(machine.nowNs() - life.bornNs);
    }
  }

  private static int bucket(int bytes) {
    return Math.max(Integer.BYTES, Integer.highestOneBit(2 * bytes - 1));
  }

  private String site() {
    return StackWalker.getInstance().walk(frames -> site(frames.toList()));
  }

  private String site(List<StackFrame> stack) {
    int at = firstOutside(stack, 0, BELOW);
    if (faithful) {
      at = pastSlabs(stack, at);
    }
    if (at == stack.size()) {
      return "?";
    }
    String name = stack.get(at).getClassName();
    return name.substring(name.lastIndexOf('.') + 1) + "." + stack.get(at).getMethodName();
  }

  /** Whoever asked the slab allocator, where it has part in this; else who is there. */
  private static int pastSlabs(List<StackFrame> stack, int from) {
    int slub = from;
    while (slub < stack.size() && !stack.get(slub).getClassName().startsWith(SLUB)) {
      slub++;
    }
    return slub == stack.size() ? from : firstOutside(stack, slub, FRONT);
  }

  private static int firstOutside(List<StackFrame> stack, int from, List<String> packages) {
    int at = from;
    while (at < stack.size() && isIn(stack.get(at).getClassName(), packages)) {
      at++;
    }
    return at;
  }

  private static boolean isIn(String className, List<String> packages) {
    return OWN.contains(className) || packages.stream().anyMatch(className::startsWith);
  }

  /** Most areas first. */
  public List<Row> rows() {
    return sums.entrySet().stream()
        .map(entry -> entry.getValue().row(entry.getKey()))
        .sorted(
            Comparator.comparingLong(Row::count)
                .reversed()
                .thenComparing(Row::site)
                .thenComparing(Row::bytes))
        .toList();
  }
}
