package io.slablab.coordinator.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One state change of a campaign. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JournalRecord.CampaignStarted.class, name = "campaign-started"),
  @JsonSubTypes.Type(value = JournalRecord.CampaignResumed.class, name = "campaign-resumed"),
  @JsonSubTypes.Type(value = JournalRecord.HostReady.class, name = "host-ready"),
  @JsonSubTypes.Type(value = JournalRecord.HostAway.class, name = "host-away"),
  @JsonSubTypes.Type(value = JournalRecord.HostLost.class, name = "host-lost"),
  @JsonSubTypes.Type(value = JournalRecord.TrialStarted.class, name = "trial-started"),
  @JsonSubTypes.Type(value = JournalRecord.TrialDone.class, name = "trial-done"),
  @JsonSubTypes.Type(value = JournalRecord.TrialFailed.class, name = "trial-failed"),
  @JsonSubTypes.Type(value = JournalRecord.TrialTainted.class, name = "trial-tainted"),
  @JsonSubTypes.Type(value = JournalRecord.BlockAdded.class, name = "block-added"),
  @JsonSubTypes.Type(value = JournalRecord.CellStopped.class, name = "cell-stopped"),
  @JsonSubTypes.Type(value = JournalRecord.CampaignEnded.class, name = "campaign-ended")
})
public sealed interface JournalRecord {

  record CampaignStarted(String campaign, String suite, long seed, int trials)
      implements JournalRecord {}

  /**
   * Another coordinator goes on.
   *
   * @param epoch which start of the campaign's coordinator this is; the first resume is 2
   * @param missing trials that are to run
   */
  record CampaignResumed(int epoch, int missing) implements JournalRecord {}

  /**
   * @param bootId empty where the host tells none
   */
  record HostReady(String host, long agentPid, String bootId) implements JournalRecord {
    public HostReady {
      bootId = orEmpty(bootId);
    }
  }

  /** The host's agent is gone; it is started again. */
  record HostAway(String host, String reason) implements JournalRecord {}

  /** The host is set aside: it runs no further trial of this coordinator. */
  record HostLost(String host, String reason) implements JournalRecord {}

  record TrialStarted(String trial, String host) implements JournalRecord {}

  /**
   * The trial's files are in place under their final name.
   *
   * @param digest of the agent's result
   */
  record TrialDone(String trial, String host, String directory, double opsPerSecond, String digest)
      implements JournalRecord {
    public TrialDone {
      digest = orEmpty(digest);
    }
  }

  record TrialFailed(String trial, String host, String reason) implements JournalRecord {}

  /**
   * The trial was disturbed and runs again.
   *
   * @param attempt which run of it was disturbed, from 1
   * @param directory keeps its files, which count for nothing
   */
  record TrialTainted(String trial, String host, int attempt, String reason, String directory)
      implements JournalRecord {}

  /**
   * A cell gets a block beyond its plan: the plan is plan.json and these.
   *
   * @param block from 0
   * @param variants in the order in which they run
   */
  record BlockAdded(String host, String cell, int block, List<String> variants)
      implements JournalRecord {
    public BlockAdded {
      variants = List.copyOf(variants);
    }
  }

  /**
   * A cell gets no further block.
   *
   * @param reason precision, max, budget, failures or no-ratio
   * @param blocks that it has
   * @param halfWidth of its widest interval, log scale; null where there is none
   */
  record CellStopped(
      String host, String cell, String reason, int blocks, @Nullable Double halfWidth)
      implements JournalRecord {}

  /**
   * The last record of a coordinator that ended in order.
   *
   * @param outcome done, incomplete or interrupted
   */
  record CampaignEnded(String outcome, int done, int failed, int missing)
      implements JournalRecord {}

  /** A field that an earlier version did not write. */
  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
