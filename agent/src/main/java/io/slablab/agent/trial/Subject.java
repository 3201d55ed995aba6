package io.slablab.agent.trial;

import io.slablab.allocator.machine.LockStats;
import io.slablab.suites.workload.OperationStream;
import java.util.List;

/** What a fork measures: operation streams, one per worker, and what they leave to tell. */
public interface Subject {

  /** The stream of a worker, in [0, workers). */
  OperationStream stream(int worker);

  /** Sets lock statistics to zero; called while no stream is entered. */
  void resetLockStats();

  /** Lock statistics since {@link #resetLockStats}; called while no stream is entered. */
  List<LockStats> lockStats();

  /** Everything else it counted, as a tree of records; called while no stream is entered. */
  Object statistics();

  /**
   * Ends everything alive.
   *
   * @throws IllegalStateException when something leaked
   */
  void close();
}
