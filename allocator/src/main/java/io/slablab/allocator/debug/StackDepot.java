package io.slablab.allocator.debug;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Call chains by small numbers that fit into an object's metadata. Each chain is kept once; there
 * are as many as there are places in the code. Any thread.
 */
final class StackDepot {
  private static final int FRAMES = 6;
  private static final String ALLOCATOR = "io.slablab.allocator.";
  private static final List<String> OWN =
      List.of(ALLOCATOR + "debug.", ALLOCATOR + "slub.", ALLOCATOR + "machine.");

  /** A place in the code; where a frame's text comes from, which costs more than finding it. */
  private record Place(String className, String method, int bytecode) {}

  /** Of all stacks: as many entries as there are places that features were called from. */
  private static final ConcurrentMap<Place, String> TEXTS = new ConcurrentHashMap<>();

  private final AtomicInteger last = new AtomicInteger();
  private final ConcurrentMap<List<String>, Integer> handles = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, List<String>> chains = new ConcurrentHashMap<>();

  /** The callers from outside the features and the slab allocator, innermost first. */
  static List<String> callers() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames.dropWhile(StackDepot::isOwn).limit(FRAMES).map(StackDepot::text).toList());
  }

  private static boolean isOwn(StackFrame frame) {
    String name = frame.getClassName();
    for (String own : OWN) {
      if (name.startsWith(own)) {
        return true;
      }
    }
    return false;
  }

  private static String text(StackFrame frame) {
    Place place = new Place(frame.getClassName(), frame.getMethodName(), frame.getByteCodeIndex());
    return TEXTS.computeIfAbsent(place, _ -> describe(frame));
  }

  private static String describe(StackFrame frame) {
    String name = frame.getClassName();
    return name.substring(name.lastIndexOf('.') + 1)
        + "."
        + frame.getMethodName()
        + ":"
        + frame.getLineNumber();
  }

  /** Keeps the callers; a positive number. */
  int save() {
    return handles.computeIfAbsent(callers(), this::keep);
  }

  private int keep(List<String> chain) {
    int handle = last.incrementAndGet();
    chains.put(handle, chain);
    return handle;
  }

  /** The callers that were kept under a number; none for one that was never given. */
  List<String> fetch(int handle) {
    return chains.getOrDefault(handle, List.of());
  }
}
