package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.schedule.CampaignListener;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Progress on standard error: one line that rewrites itself on a terminal, else one line for each
 * trial. Threads: the campaign's own.
 */
final class ProgressDisplay implements CampaignListener {
  private static final int BAR_CELLS = 24;
  private static final int LINE_COLUMNS = 110;

  private final PrintStream out;
  private final boolean terminal;
  private final int trials;
  private final Duration planned;
  private final InstantSource clock;
  private long startMs;
  private int ended;
  private String lastThroughput = "";

  /**
   * @param trials planned in all
   * @param planned estimate of the whole campaign, used until the first trials ended
   */
  ProgressDisplay(
      PrintStream out, boolean terminal, int trials, Duration planned, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.trials = trials;
    this.planned = planned;
    this.clock = clock;
    this.startMs = clock.millis();
  }

  @Override
  public void hostReady(String host) {
    if (ended == 0) {
      startMs = clock.millis();
    }
    note(host + ": agent ready");
  }

  @Override
  public void hostLost(String host, String reason) {
    note(host + ": lost: " + reason);
  }

  @Override
  public void agentRestarted(String host, String reason) {
    note(host + ": " + reason + "; starting it again");
  }

  @Override
  public void trialStarted(TrialOrder order) {
    if (terminal) {
      rewrite(order);
    }
  }

  @Override
  public void progress(TrialOrder order, int iteration, double opsPerSecond) {
    lastThroughput = throughput(opsPerSecond);
    if (terminal) {
      rewrite(order);
    }
  }

  @Override
  public void trialDone(TrialOrder order, double opsPerSecond) {
    ended++;
    lastThroughput = throughput(opsPerSecond);
    if (terminal) {
      rewrite(order);
    } else {
      out.printf(
          Locale.ROOT,
          "[%d/%d] %s  %s  left %s%n",
          ended,
          trials,
          what(order),
          lastThroughput,
          eta());
    }
  }

  @Override
  public void trialFailed(TrialOrder order, String reason) {
    ended++;
    note("[" + ended + "/" + trials + "] " + what(order) + "  FAILED: " + reason);
  }

  /** Ends the rewritten line, so that what follows starts on a fresh one. */
  void close() {
    if (terminal) {
      out.print("\r" + " ".repeat(LINE_COLUMNS) + "\r");
      out.flush();
    }
  }

  private void note(String text) {
    if (terminal) {
      out.print("\r" + " ".repeat(LINE_COLUMNS) + "\r");
    }
    out.println(text);
  }

  private void rewrite(TrialOrder order) {
    int filled = trials == 0 ? BAR_CELLS : BAR_CELLS * ended / trials;
    String line =
        String.format(
            Locale.ROOT,
            "[%s%s] %d/%d  %s  %s  left %s",
            "#".repeat(filled),
            ".".repeat(BAR_CELLS - filled),
            ended,
            trials,
            what(order),
            lastThroughput,
            eta());
    String cut = line.length() > LINE_COLUMNS ? line.substring(0, LINE_COLUMNS) : line;
    out.print("\r" + cut + " ".repeat(LINE_COLUMNS - cut.length()));
    out.flush();
  }

  private static String what(TrialOrder order) {
    return order.host()
        + " "
        + order.cell()
        + " block "
        + (order.block() + 1)
        + " "
        + order.variant();
  }

  private String eta() {
    long elapsedMs = clock.millis() - startMs;
    long leftMs =
        ended == 0
            ? planned.toMillis() - elapsedMs
            : (long) ((double) elapsedMs / ended * (trials - ended));
    long seconds = Math.max(0, leftMs) / 1000;
    return seconds >= 3600
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }

  private static String throughput(double opsPerSecond) {
    if (opsPerSecond >= 1e6) {
      return String.format(Locale.ROOT, "%.2f M ops/s", opsPerSecond / 1e6);
    }
    return String.format(Locale.ROOT, "%.1f k ops/s", opsPerSecond / 1e3);
  }
}
