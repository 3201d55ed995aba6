package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.LockClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All lock classes of a machine and the order they were taken in.
 *
 * <pre>
 *   held A, acquired B                                  A -> B
 *   held A with interrupts on, B used in an interrupt   A -> B, though nobody saw it
 * </pre>
 *
 * <p>A circle means that some timing deadlocks, whether or not it ever happened. It is looked for
 * once, when its last dependency or use appears: acquisitions that teach nothing new take no lock
 * here.
 *
 * <p>Threads: any. The lock is this object's own, not one of the machine's, which would be checked
 * in turn and stand in the lock table.
 */
final class ClassGraph {

  /** What closes a circle: the dependencies around it, the newest one first. */
  record Circle(List<Dependency> chain, boolean byInterrupt) {}

  /** A class as a search reached it. */
  private record Step(
      ClassNode node, boolean recursiveOnly, boolean interrupted, @Nullable Step before) {}

  private final Map<String, ClassNode> byName = new LinkedHashMap<>();
  private final List<ClassNode> nodes = new ArrayList<>();
  private final Map<Long, Dependency> dependencies = new HashMap<>();

  // ---- classes ----

  /**
   * @throws IllegalArgumentException when the name stands for another kind of lock
   */
  synchronized ClassNode node(LockClass lockClass) {
    ClassNode node = node(lockClass.name(), id -> ClassNode.of(id, lockClass));
    if (node.pseudo
        || node.outer != WaitType.of(lockClass.kind())
        || node.leaf != lockClass.leaf()) {
      throw new IllegalArgumentException("two lock classes of one name: " + lockClass);
    }
    return node;
  }

  synchronized ClassNode pseudo(String name, WaitType inner) {
    return node(name, id -> ClassNode.pseudo(id, name, inner));
  }

  private ClassNode node(String name, IntFunction<ClassNode> maker) {
    return byName.computeIfAbsent(
        name,
        _ -> {
          ClassNode made = maker.apply(nodes.size());
          nodes.add(made);
          return made;
        });
  }

  synchronized List<Dependency> dependencies() {
    return List.copyOf(dependencies.values());
  }

  // ---- learning ----

  /**
   * @param seen describes the dependency, asked when it is new
   * @return the circle that it closes, or null
   */
  @Nullable Circle depend(
      ClassNode held, LockMode how, ClassNode wanted, LockMode mode, Supplier<Dependency> seen) {
    boolean exclusive = how == LockMode.EXCLUSIVE;
    boolean recursive = mode == LockMode.RECURSIVE_READ;
    int kind = Dependency.kind(exclusive, recursive);
    return (held.kindsTo(wanted.id) & kind) != 0
        ? null
        : learn(held, wanted, kind, exclusive, recursive, seen);
  }

  private synchronized @Nullable Circle learn(
      ClassNode held,
      ClassNode wanted,
      int kind,
      boolean exclusive,
      boolean recursive,
      Supplier<Dependency> seen) {
    if ((held.kindsTo(wanted.id) & kind) != 0) {
      return null;
    }
    byte[] kinds = Arrays.copyOf(held.next, Math.max(held.next.length, wanted.id + 1));
    kinds[wanted.id] |= (byte) kind;
    held.next = kinds;
    Dependency newest = seen.get();
    dependencies.putIfAbsent(key(held, wanted), newest);
    Step end = search(wanted, recursive, held, exclusive, true);
    return end == null ? null : circle(newest, end, end.interrupted);
  }

  /**
   * A class is used in a way that matters to interrupts.
   *
   * @param bits of {@link IrqUsage}
   * @return the circle through an interrupt that it closes, or null
   */
  @Nullable Circle use(ClassNode used, int bits) {
    return (used.usage & bits) == bits ? null : learn(used, bits);
  }

  private synchronized @Nullable Circle learn(ClassNode used, int bits) {
    int fresh = bits & ~used.usage;
    used.usage |= bits;
    for (ClassNode other : nodes) {
      Circle circle = throughInterrupt(used, fresh, other, other.usage);
      if (circle == null) {
        circle = throughInterrupt(other, other.usage, used, fresh);
      }
      if (circle != null) {
        return circle;
      }
    }
    return null;
  }

  /** An interrupt between holding one class and wanting another, and the way back. */
  private @Nullable Circle throughInterrupt(
      ClassNode held, int heldUsage, ClassNode wanted, int wantedUsage) {
    int kinds = IrqUsage.kinds(heldUsage, wantedUsage);
    for (int kind = Dependency.SR; kind <= Dependency.EN; kind <<= 1) {
      if ((kinds & kind) != 0) {
        boolean recursive = Dependency.recursiveOnly(kind);
        boolean exclusive = (kind & (Dependency.ER | Dependency.EN)) != 0;
        Step end = search(wanted, recursive, held, exclusive, false);
        if (end != null) {
          return circle(interrupt(held, wanted), end, true);
        }
      }
    }
    return null;
  }

  // ---- searching ----

  /**
   * Breadth first, so that the shortest circle is reported. A class is visited once for each way to
   * reach it: wanted by recursive readers alone or not, through an interrupt or not.
   *
   * @param recursive how {@code from} is wanted
   * @param exclusive how {@code to} is held
   */
  private @Nullable Step search(
      ClassNode from, boolean recursive, ClassNode to, boolean exclusive, boolean interrupts) {
    boolean[] visited = new boolean[4 * nodes.size()];
    Deque<Step> queue = new ArrayDeque<>();
    visit(queue, visited, new Step(from, recursive, false, null));
    while (!queue.isEmpty()) {
      Step step = queue.remove();
      if (step.node == to && (exclusive || !step.recursiveOnly)) {
        return step;
      }
      for (ClassNode next : nodes) {
        follow(queue, visited, step, next, step.node.kindsTo(next.id), step.interrupted);
        if (interrupts && !step.interrupted) {
          follow(queue, visited, step, next, IrqUsage.kinds(step.node.usage, next.usage), true);
        }
      }
    }
    return null;
  }

  private static void follow(
      Deque<Step> queue,
      boolean[] visited,
      Step step,
      ClassNode next,
      int kinds,
      boolean interrupted) {
    int usable = Dependency.following(kinds, step.recursiveOnly);
    if (usable != 0) {
      visit(queue, visited, new Step(next, Dependency.recursiveOnly(usable), interrupted, step));
    }
  }

  private static void visit(Deque<Step> queue, boolean[] visited, Step step) {
    int state = 4 * step.node.id + (step.recursiveOnly ? 2 : 0) + (step.interrupted ? 1 : 0);
    if (!visited[state]) {
      visited[state] = true;
      queue.add(step);
    }
  }

  private Circle circle(Dependency newest, Step end, boolean byInterrupt) {
    Deque<Dependency> chain = new ArrayDeque<>();
    for (Step step = end; step.before != null; step = step.before) {
      ClassNode from = step.before.node;
      boolean interrupt = step.interrupted && !step.before.interrupted;
      chain.addFirst(interrupt ? interrupt(from, step.node) : known(from, step.node));
    }
    chain.addFirst(newest);
    return new Circle(List.copyOf(chain), byInterrupt);
  }

  @SuppressWarnings("NullAway") // a kind that is known has its dependency
  private Dependency known(ClassNode from, ClassNode to) {
    return dependencies.get(key(from, to));
  }

  private static Dependency interrupt(ClassNode held, ClassNode wanted) {
    return new Dependency(held.name, wanted.name, List.of(held.name), "an interrupt", List.of());
  }

  private static long key(ClassNode from, ClassNode to) {
    return (long) from.id << Integer.SIZE | to.id;
  }
}
