package io.slablab.coordinator.deploy.ssh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something that did not work over SSH; the message is one to three lines for the user. */
public final class SshException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What did not work. */
  public enum Kind {
    /** No connection: no route, nobody listens, no answer in time. */
    UNREACHABLE,
    /** The server's key is not known, or not the one it had. */
    HOST_KEY,
    /** No key of ours can be used, or none logs in. */
    LOGIN,
    /** A command or a transfer failed or took too long, or the connection went meanwhile. */
    BROKEN
  }

  private final Kind kind;

  SshException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  SshException(Kind kind, String message) {
    this(kind, message, null);
  }

  public Kind kind() {
    return kind;
  }
}
