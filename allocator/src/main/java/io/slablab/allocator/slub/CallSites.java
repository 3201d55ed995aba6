package io.slablab.allocator.slub;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Places in the code that allocate or free, each with a small number from 1 on. A place is the
 * innermost frame outside of this package.
 *
 * <p>Threads: any.
 */
final class CallSites {
  private static final String OUR_PACKAGE = CallSites.class.getPackageName();
  private static final StackWalker WALKER = StackWalker.getInstance();

  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Long, String> names = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();

  int ofCaller() {
    String name =
        WALKER.walk(frames ->
            frames
                .filter(frame -> !isOurs(frame.getClassName()))
                .findFirst()
                .map(CallSites::words)
                .orElse("unknown"));
    Integer known = ids.get(name);
    return known != null ? known : ids.computeIfAbsent(name, this::added);
  }

  /** The name first: who sees the number finds it. */
  private int added(String name) {
    int id = last.incrementAndGet();
    names.put((long) id, name);
    return id;
  }

  private static boolean isOurs(String className) {
    int dot = className.lastIndexOf('.');
    return dot == OUR_PACKAGE.length() && className.startsWith(OUR_PACKAGE);
  }

  private static String words(StackWalker.StackFrame frame) {
    String name = frame.getClassName();
    return name.substring(name.lastIndexOf('.') + 1)
        + "."
        + frame.getMethodName()
        + ":"
        + frame.getLineNumber();
  }

  /** Null for what is no number of a place: nothing was recorded, or it was overwritten. */
  @Nullable String name(long id) {
    return names.get(id);
  }
}
