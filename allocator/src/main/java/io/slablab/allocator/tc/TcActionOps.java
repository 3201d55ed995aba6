package io.slablab.allocator.tc;

/**
 * One kind of action.
 *
 * @param kind its name
 * @param bytes size of the kind's struct, which begins with the common head
 */
public record TcActionOps(String kind, int bytes) {
  /** Accept, drop or pass on: the action of most test suites. */
  public static final TcActionOps GACT = new TcActionOps("gact", 216);

  /** Sends to another device. */
  public static final TcActionOps MIRRED = new TcActionOps("mirred", 248);

  public TcActionOps {
    if (bytes < TcActionLayout.HEAD_BYTES || bytes % Long.BYTES != 0) {
      throw new IllegalArgumentException(
          "an action begins with its head: headBytes="
              + TcActionLayout.HEAD_BYTES
              + " bytes="
              + bytes);
    }
  }
}
