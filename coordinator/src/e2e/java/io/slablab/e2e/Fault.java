package io.slablab.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One row of the fault matrix.
 *
 * @param name of the table's first column
 * @param hosts pattern of the campaign's hosts
 * @param exitCode of the campaign
 * @param says a part of what the user is told; empty where there is nothing to tell
 * @param unfinished whether the campaign ends with trials missing, which another coordinator runs
 */
record Fault(
    String name, String hosts, int exitCode, String says, boolean unfinished, Script script) {

  /** Does something to a campaign that runs. */
  interface Script {
    Struck strike(FaultScene scene) throws Exception;
  }

  /**
   * What was done to a campaign.
   *
   * @param host that it was done to
   * @param detected where the journal of the campaign does not say it
   */
  record Struck(String host, Instant at, Optional<Duration> detected) {
    static Struck now(String host) {
      return new Struck(host, Instant.now(), Optional.empty());
    }

    Struck detected(Duration after) {
      return new Struck(host, at, Optional.of(after));
    }
  }

  Fault(String name, String hosts, int exitCode, String says, Script script) {
    this(name, hosts, exitCode, says, false, script);
  }

  Fault resumed() {
    return new Fault(name, hosts, exitCode, says, true, script);
  }

  @Override
  public String toString() {
    return name;
  }
}
