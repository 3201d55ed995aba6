package io.slablab.allocator.page;

/** A request that must not fail, of who cannot wait either, found no block. */
public final class OutOfPagesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int order;

  OutOfPagesException(int order) {
    super("no block for a request that must neither fail nor wait: order=" + order);
    this.order = order;
  }

  public int order() {
    return order;
  }
}
