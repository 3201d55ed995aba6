package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one CPU holds and where it is. By its CPU alone.
 *
 * <pre>
 *   held    [ task's ... | softirq's ... | hardirq's ... ]   at most 48
 *             frame 0      frame 1         frame 2
 * </pre>
 *
 * <p>An interrupt or a work item begins a frame: what it takes is not ordered after what lies
 * below.
 */
final class CpuLocks {
  static final int MAX_DEPTH = 48;

  /**
   * A constructor that runs.
   *
   * @param allowed how long its caller may wait
   */
  record Constructing(String cache, Patience allowed) {}

  /** One level: a task, or what runs on top of it. */
  private static final class Frame {
    final @Nullable Section section;
    final int base;

    /** Destructors that are running, innermost last. */
    final List<String> destructors = new ArrayList<>();

    /** Constructors that are running, innermost last. */
    final List<Constructing> constructors = new ArrayList<>();

    Frame(@Nullable Section section, int base) {
      this.section = section;
      this.base = base;
    }
  }

  private final List<HeldLock> held = new ArrayList<>();
  private final List<Frame> frames = new ArrayList<>();
  private int untracked;
  private int hardirqs;
  private int softirqs;

  CpuLocks() {
    frames.add(new Frame(null, 0));
  }

  // ---- locks ----

  /** False when there is no room: the lock is then held without our knowing which. */
  boolean push(HeldLock lock) {
    if (held.size() == MAX_DEPTH) {
      untracked++;
      return false;
    }
    held.add(lock);
    return true;
  }

  /** Forgets a lock of this frame; false when it is not held here. */
  boolean remove(Object lock, long at) {
    for (int i = held.size() - 1; i >= base(); i--) {
      if (held.get(i).is(lock, at)) {
        held.remove(i);
        return true;
      }
    }
    if (untracked > 0) {
      untracked--;
      return true;
    }
    return false;
  }

  /** All, of all frames, outermost first. */
  List<HeldLock> all() {
    return held;
  }

  /** Those of this frame, outermost first. */
  List<HeldLock> here() {
    return held.subList(base(), held.size());
  }

  boolean holds(Object lock, long at) {
    return held.stream().anyMatch(one -> one.is(lock, at));
  }

  private int base() {
    return frames.getLast().base;
  }

  // ---- frames ----

  void enter(Section section) {
    frames.add(new Frame(section, held.size()));
    count(section, 1);
  }

  /** Ends a frame; returns what it still holds, which is forgotten. */
  List<HeldLock> leave(Section section) {
    if (frames.getLast().section != section) {
      return List.of(); // its beginning was refused
    }
    List<HeldLock> left = forget();
    frames.removeLast();
    count(section, -1);
    return left;
  }

  private void count(Section section, int change) {
    hardirqs += section == Section.HARDIRQ ? change : 0;
    softirqs += section == Section.SOFTIRQ ? change : 0;
  }

  /** Forgets what this frame holds. */
  List<HeldLock> forget() {
    List<HeldLock> left = List.copyOf(here());
    here().clear();
    return left;
  }

  boolean inHardirq() {
    return hardirqs > 0;
  }

  boolean inSoftirq() {
    return softirqs > 0;
  }

  /** The strictest way to wait that anything of this frame asks for. */
  WaitType limit() {
    WaitType limit = hardirqs + softirqs > 0 ? WaitType.SPIN : WaitType.SLEEP;
    for (HeldLock lock : here()) {
      limit = WaitType.stricter(limit, lock.node().inner);
    }
    return limit;
  }

  String context() {
    Section section = frames.getLast().section;
    return section == null ? "task" : section.name().toLowerCase(Locale.ROOT);
  }

  // ---- constructors ----

  void enterConstructor(String cache, Patience allowed) {
    frames.getLast().constructors.add(new Constructing(cache, allowed));
  }

  void leaveConstructor() {
    List<Constructing> running = frames.getLast().constructors;
    if (!running.isEmpty()) {
      running.removeLast();
    }
  }

  /** The innermost constructor of this frame, or null. */
  @Nullable Constructing constructor() {
    List<Constructing> running = frames.getLast().constructors;
    return running.isEmpty() ? null : running.getLast();
  }

  // ---- destructors ----

  void enterDestructor(String cache) {
    frames.getLast().destructors.add(cache);
  }

  void leaveDestructor() {
    List<String> running = frames.getLast().destructors;
    if (!running.isEmpty()) {
      running.removeLast();
    }
  }

  /** The cache whose destructor runs in this frame, or null. */
  @Nullable String destructor() {
    List<String> running = frames.getLast().destructors;
    return running.isEmpty() ? null : running.getLast();
  }
}
