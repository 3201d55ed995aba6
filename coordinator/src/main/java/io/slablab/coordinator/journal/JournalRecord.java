package io.slablab.coordinator.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One state change of a campaign. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JournalRecord.CampaignStarted.class, name = "campaign-started"),
  @JsonSubTypes.Type(value = JournalRecord.HostReady.class, name = "host-ready"),
  @JsonSubTypes.Type(value = JournalRecord.HostLost.class, name = "host-lost"),
  @JsonSubTypes.Type(value = JournalRecord.TrialStarted.class, name = "trial-started"),
  @JsonSubTypes.Type(value = JournalRecord.TrialDone.class, name = "trial-done"),
  @JsonSubTypes.Type(value = JournalRecord.TrialFailed.class, name = "trial-failed"),
  @JsonSubTypes.Type(value = JournalRecord.CampaignEnded.class, name = "campaign-ended")
})
public sealed interface JournalRecord {

  record CampaignStarted(String campaign, String suite, long seed, int trials)
      implements JournalRecord {}

  record HostReady(String host, long agentPid) implements JournalRecord {}

  record HostLost(String host, String reason) implements JournalRecord {}

  record TrialStarted(String trial, String host) implements JournalRecord {}

  /** The trial's files are in place under their final name. */
  record TrialDone(String trial, String host, String directory, double opsPerSecond)
      implements JournalRecord {}

  record TrialFailed(String trial, String host, String reason) implements JournalRecord {}

  /**
   * The last record of a campaign that ended in order.
   *
   * @param outcome done, incomplete or interrupted
   */
  record CampaignEnded(String outcome, int done, int failed, int missing)
      implements JournalRecord {}
}
