package io.slablab.suites.workload;

/** A life cycle could not begin because the allocator under test had no memory. */
public final class AllocationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String workload;
  private final int cpu;
  private final long operation;

  AllocationFailedException(String workload, String object, int cpu, long operation, String hint) {
    super(
        "%s: no memory for %s: cpu=%d operation=%d (%s)"
            .formatted(workload, object, cpu, operation, hint));
    this.workload = workload;
    this.cpu = cpu;
    this.operation = operation;
  }

  public String workload() {
    return workload;
  }

  /** The virtual CPU. */
  public int cpu() {
    return cpu;
  }

  /** How many operations this worker had completed. */
  public long operation() {
    return operation;
  }
}
