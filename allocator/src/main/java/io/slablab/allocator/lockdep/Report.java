package io.slablab.allocator.lockdep;

import java.util.List;
import java.util.stream.Collectors;

/** Something that breaks the rules of locks: what, where, and why it matters. */
public sealed interface Report {

  /**
   * Where a rule was broken.
   *
   * @param context task, work, softirq or hardirq
   * @param held lock classes the CPU held, outermost first
   * @param trace the calls that led there, innermost first
   */
  record Where(int cpu, String context, List<String> held, List<String> trace) {
    String text() {
      return "CPU " + cpu + " (" + context + ", holding " + held + ")";
    }
  }

  Where where();

  /** One paragraph for a reader who knows locks, but not this place. */
  String text();

  /** Equal for reports that say the same. */
  default String key() {
    return getClass().getSimpleName() + " " + text().replaceAll("CPU \\d+", "");
  }

  /**
   * A lock is wanted by who holds it, or another of its class.
   *
   * @param sameLock whether it is certain that this waits for ever
   */
  record Recursion(Where where, String wanted, boolean sameLock) implements Report {
    @Override
    public String text() {
      return where.text()
          + " wants "
          + wanted
          + (sameLock
              ? ", which it holds itself: it would wait for ever."
              : " while it holds another lock of that class: two CPUs that take the two the other"
                  + " way round wait for each other for ever.");
    }
  }

  /** Lock classes are taken in an order that goes round. */
  record CircularOrder(Where where, List<Dependency> chain) implements Report {
    @Override
    public String text() {
      Dependency newest = chain.getFirst();
      return where.text()
          + " wants "
          + newest.to()
          + " while it holds "
          + newest.from()
          + ", but elsewhere the order is the other way round: "
          + rest(chain)
          + ". CPUs that do both at the same time wait for each other for ever.";
    }
  }

  /** An interrupt may want what it interrupted the holder of, or something that leads there. */
  record IrqInversion(Where where, List<Dependency> chain) implements Report {
    @Override
    public String text() {
      return where.text()
          + " makes a circle possible that goes through an interrupt: "
          + chain.stream().map(Dependency::toString).collect(Collectors.joining(", "))
          + ". The handler waits for a lock whose holder cannot go on before the handler ends.";
    }
  }

  private static String rest(List<Dependency> chain) {
    return chain.stream().skip(1).map(Dependency::toString).collect(Collectors.joining(", "));
  }

  /** A lock is wanted where waiting for it is not allowed. */
  record WaitContext(Where where, String wanted, String inside) implements Report {
    @Override
    public String text() {
      return where.text()
          + " wants "
          + wanted
          + " inside "
          + inside
          + ", where nobody may wait in that way.";
    }
  }

  /** Something that may sleep is called where nothing may. */
  record MaySleep(Where where, String what, String inside) implements Report {
    @Override
    public String text() {
      return where.text() + ": " + what + " may sleep, inside " + inside + ".";
    }
  }

  /** A lock is wanted, or an allocator entered, under a leaf. */
  record UnderLeaf(Where where, String wanted, String leaf, int level) implements Report {
    @Override
    public String text() {
      return where.text()
          + " wants "
          + wanted
          + " under "
          + leaf
          + ", a leaf of level "
          + level
          + ": only leaves of lower levels may be taken there.";
    }
  }

  /** A leaf is held with interrupts on. */
  record LeafWithIrqsOn(Where where, String leaf) implements Report {
    @Override
    public String text() {
      return where.text()
          + " has "
          + leaf
          + " with interrupts on: an interrupt may run a destructor that wants this leaf.";
    }
  }

  /** A destructor does what destructors may not. */
  record InDestructor(Where where, String cache, String what) implements Report {
    @Override
    public String text() {
      return where.text()
          + ": the destructor of "
          + cache
          + " "
          + what
          + ". It runs wherever an object is freed, so it takes leaf locks only and neither"
          + " allocates nor sleeps.";
    }
  }

  /**
   * A constructor may wait for what its caller may not.
   *
   * @param asked what it may do
   * @param allowed what its caller may do at most
   */
  record BeyondCaller(Where where, String cache, String asked, String allowed) implements Report {
    @Override
    public String text() {
      return where.text()
          + ": the constructor of "
          + cache
          + " may "
          + asked
          + ", though the caller it runs for may "
          + allowed
          + ": it has to keep to the flags it was given.";
    }
  }

  /** A constructor allocates from the cache whose slab it is part of. */
  record OwnCacheInConstructor(Where where, String cache) implements Report {
    @Override
    public String text() {
      return where.text()
          + ": the constructor of "
          + cache
          + " allocates from "
          + cache
          + ", which may need a new slab and so the constructor again, without end.";
    }
  }

  /** A lock is released that is not held here. */
  record NotHeld(Where where, String lock) implements Report {
    @Override
    public String text() {
      return where.text() + " releases " + lock + ", which it does not hold.";
    }
  }

  /** A lock is made new while it is held. */
  record InitWhileHeld(Where where, String lock) implements Report {
    @Override
    public String text() {
      return where.text() + " initialises " + lock + ", which it holds: others could take it too.";
    }
  }

  /** An object is freed with a lock in it that is held. */
  record FreedWhileHeld(Where where, String lock, String cache) implements Report {
    @Override
    public String text() {
      return where.text()
          + " frees an object of "
          + cache
          + " with "
          + lock
          + " in it, which it holds: the next owner finds it locked, or breaks it.";
    }
  }

  /**
   * Locks are held where none may be.
   *
   * @param when what was about to happen
   */
  record StillHeld(Where where, String when) implements Report {
    @Override
    public String text() {
      return where.text() + " holds locks when " + when + ".";
    }
  }

  /** More locks at once than are followed; those beyond go unchecked. */
  record TooDeep(Where where, int limit) implements Report {
    @Override
    public String text() {
      return "CPU "
          + where.cpu()
          + " holds more than "
          + limit
          + " locks at once; what comes on top is not checked.";
    }
  }
}
