package io.slablab.coordinator.schedule;

import java.time.Duration;

/**
 * How long a campaign waits, for everything it waits for: it has no other wait, so that it ends
 * whatever its hosts do.
 *
 * @param bring to reach a host and to bring there what its agent is started from
 * @param agentReady from the start of an agent's process to its description
 * @param accept until an order is answered; it is told again five times within
 * @param trialSlack what a trial may take beyond its warm-up and measured time
 * @param cancel from a late trial's cancellation to its end
 * @param chunk until a chunk is answered; it is asked for again five times within
 * @param collect for all files of one trial
 * @param rejoin for a host that was lost to come back by itself, before its agent is started again
 * @param restart before an agent's second start in a row; doubled before each further one
 * @param farewell for an agent to end by itself
 * @param stop for an agent to be ended by force, or given up
 */
public record Deadlines(
    Duration bring,
    Duration agentReady,
    Duration accept,
    Duration trialSlack,
    Duration cancel,
    Duration chunk,
    Duration collect,
    Duration rejoin,
    Duration restart,
    Duration farewell,
    Duration stop) {

  /** How often an order or a chunk is asked for before its deadline is over. */
  static final int ASKS = 5;

  /** Of hosts that are this machine. Slack: a JVM's start, set-up and end on a busy machine. */
  public static final Deadlines DEFAULT =
      new Deadlines(
          Duration.ZERO,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(150),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(4));

  /**
   * Of hosts behind SSH. Every step there has a deadline of its own: logins, probe, check of the
   * archive, identity and launch take four minutes at most, sending the archive ten.
   */
  public static final Deadlines OVER_SSH =
      DEFAULT.withHost(Duration.ofMinutes(15), Duration.ofSeconds(8));

  private Deadlines withHost(Duration toBring, Duration toStop) {
    return new Deadlines(
        toBring,
        agentReady,
        accept,
        trialSlack,
        cancel,
        chunk,
        collect,
        rejoin,
        restart,
        farewell,
        toStop);
  }

  /** From the first step towards a host to the description by its agent. */
  Duration start() {
    return bring.plus(agentReady);
  }

  /** From an order to its trial's end. */
  Duration trial(long warmupNs, long measureNs) {
    return accept.plusNanos(warmupNs).plusNanos(measureNs).plus(trialSlack);
  }

  /** Before the agent's start after this many failures in a row. */
  Duration beforeStart(int failuresInRow) {
    return failuresInRow < 2
        ? Duration.ZERO
        : restart.multipliedBy(1L << Math.min(failuresInRow - 2, 16));
  }

  /**
   * The longest time from a trial's order to its record, while the host itself lives: it runs too
   * long, is cancelled, hangs all the same, and its files come slowly.
   */
  public Duration longestTrial(long warmupNs, long measureNs) {
    return trial(warmupNs, measureNs).plus(cancel).plus(collect);
  }

  /** The longest time a host is waited for until it is set aside, all its failures in a row. */
  public Duration longestAbsence(int hostFailures) {
    Duration sum = Duration.ZERO;
    for (int failures = 0; failures < hostFailures; failures++) {
      sum = sum.plus(beforeStart(failures)).plus(start()).plus(rejoin).plus(stop);
    }
    return sum;
  }

  /**
   * An upper bound of a campaign's length: every trial takes the longest time in each of its runs
   * and is followed by the longest absence from which a host comes back; at last its agent ends.
   *
   * @param trials of the host with most
   */
  public Duration longestCampaign(int trials, long warmupNs, long measureNs, HostLimits limits) {
    return longestTrial(warmupNs, measureNs)
        .multipliedBy(1 + limits.reruns())
        .plus(longestAbsence(limits.hostFailures()))
        .multipliedBy(trials)
        .plus(longestAbsence(limits.hostFailures()))
        .plus(farewell)
        .plus(stop);
  }
}
