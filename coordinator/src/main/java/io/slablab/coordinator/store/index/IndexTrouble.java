package io.slablab.coordinator.store.index;

import io.slablab.coordinator.store.FileTrouble;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The index cannot be used; the message names it and says why in one line. No run needs it. */
public final class IndexTrouble extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  IndexTrouble(StoreLocation location, Throwable cause) {
    super(location + ": " + firstLine(root(cause)), cause);
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    for (Throwable next = error; next != null; next = next.getCause()) {
      root = next;
    }
    return root;
  }

  private static String firstLine(Throwable error) {
    @Nullable String message =
        error instanceof IOException file ? FileTrouble.of(file) : error.getMessage();
    return message == null
        ? error.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }
}
