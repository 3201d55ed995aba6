package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.io.IOException;
import java.util.List;

/** Decides what a host runs after its plan. Belongs to the host's thread. */
public interface MoreBlocks {
  /** The plan is all. */
  MoreBlocks NONE = List::of;

  /**
   * Asked when all trials of the host are recorded.
   *
   * @return trials of one block, in order, whose record is in the journal; empty when there is none
   */
  List<TrialOrder> next() throws IOException;
}
