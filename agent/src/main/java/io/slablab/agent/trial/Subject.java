package io.slablab.agent.trial;

import io.slablab.allocator.machine.LockStats;
import io.slablab.suites.workload.OperationStream;
import java.util.List;

/** What a fork measures: operation streams, one per worker, and what they leave to tell. */
public interface Subject {

  /** The stream of a worker, in [0, workers). */
  OperationStream stream(int worker);

  /**
   * The measured window begins: lock statistics are set to zero, high-water marks to what is there.
   * Called while no stream is entered.
   */
  void beginWindow();

  /** Lock statistics since {@link #beginWindow}; called while no stream is entered. */
  List<LockStats> lockStats();

  /**
   * Ends all lives, to see what is kept, and tells everything else it counted, as a tree of
   * records. Called once, after the last interval, while no stream is entered.
   */
  Object conclude();

  /** What checks found, one warning each; called once, after {@link #conclude}. */
  default List<String> findings() {
    return List.of();
  }

  /**
   * Ends everything alive.
   *
   * @throws IllegalStateException when something leaked
   */
  void close();
}
