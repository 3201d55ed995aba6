package io.slablab.allocator.lockdep;

/** A rule of locks is broken; thrown before the damage is done. */
public final class LockdepException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient Report report;

  LockdepException(Report report) {
    super(report.text());
    this.report = report;
  }

  public Report report() {
    return report;
  }
}
