package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.schedule.CampaignListener;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Progress on standard error: one line that rewrites itself on a terminal, else one line for each
 * trial. Trials go by their names in plan, journal and folders. Threads: the campaign's own.
 */
final class ProgressDisplay implements CampaignListener {
  private static final int BAR_CELLS = 24;
  private static final String CUT = "..";

  private final PrintStream out;
  private final int columns;
  private int trials;
  private final int recorded;
  private final Duration planned;
  private final InstantSource clock;
  private long startMs;
  private long lastEndMs;
  private int ended;
  private String throughput = "";

  /**
   * @param columns of the terminal; 0 where there is none
   * @param trials planned in all
   * @param recorded of these, by an earlier coordinator
   * @param planned estimate of the whole campaign, used until the first trial ended
   */
  ProgressDisplay(
      PrintStream out,
      int columns,
      int trials,
      int recorded,
      Duration planned,
      InstantSource clock) {
    this.out = out;
    this.columns = columns;
    this.trials = trials;
    this.recorded = recorded;
    this.ended = recorded;
    this.planned = planned;
    this.clock = clock;
    this.startMs = clock.millis();
    this.lastEndMs = startMs;
  }

  @Override
  public void hostReady(String host) {
    if (ended == recorded) {
      startMs = clock.millis();
      lastEndMs = startMs;
    }
    note(host + ": agent ready");
  }

  @Override
  public void hostAway(String host, String reason) {
    note(host + ": " + reason + "; waiting for it");
  }

  @Override
  public void hostLost(String host, String reason) {
    note(host + ": set aside: " + reason);
  }

  @Override
  public void agentRestarted(String host, String reason) {
    note(host + ": " + reason + "; starting it again");
  }

  @Override
  public void trialStarted(TrialOrder order) {
    throughput = ""; // that of the trial before would stand beside this one's name
    rewrite(order);
  }

  @Override
  public void blockAdded(List<TrialOrder> block) {
    trials += block.size();
  }

  @Override
  public void progress(TrialOrder order, int iteration, double opsPerSecond) {
    throughput = throughput(opsPerSecond);
    rewrite(order);
  }

  @Override
  public void trialDone(TrialOrder order, double opsPerSecond) {
    countEnd();
    throughput = throughput(opsPerSecond);
    if (columns > 0) {
      rewrite(order);
    } else {
      out.printf("%s  %s  left %s%n", count(order), throughput, eta());
    }
  }

  @Override
  public void trialFailed(TrialOrder order, String reason) {
    countEnd();
    note(count(order) + "  FAILED: " + reason);
  }

  @Override
  public void trialTainted(TrialOrder order, int attempt, String reason) {
    note(order.id() + ": disturbed (run " + attempt + "): " + reason + "; running it again");
  }

  /** Takes the rewritten line away, so that what follows starts on a fresh one. */
  void close() {
    erase();
    out.flush();
  }

  private void countEnd() {
    ended++;
    lastEndMs = clock.millis();
  }

  private void note(String text) {
    erase();
    out.println(text);
  }

  private void erase() {
    if (columns > 0) {
      out.print("\r" + " ".repeat(columns - 1) + "\r");
    }
  }

  /** The richest line that fits; the last column stays free, for some terminals wrap there. */
  private void rewrite(TrialOrder order) {
    if (columns == 0) {
      return;
    }
    String line = fitting(order.id());
    out.print("\r" + line + " ".repeat(columns - 1 - line.length()));
    out.flush();
  }

  /** The trial's name is worth more than the bar, the bar's count more than the throughput. */
  private String fitting(String id) {
    String figures = ended + "/" + trials + "  left " + eta();
    String speed = String.format(Locale.ROOT, "  %14s  ", throughput);
    String name = id.substring(id.indexOf('/') + 1);
    return Stream.of(
            bar(BAR_CELLS) + figures + speed + id,
            bar(BAR_CELLS / 2) + figures + speed + id,
            figures + speed + id,
            figures + speed + name,
            figures + "  " + name)
        .filter(line -> line.length() < columns)
        .findFirst()
        .orElseGet(() -> cut(figures + "  ", name));
  }

  /** Of a name too long its end: variant and block tell more than the cell's beginning. */
  private String cut(String before, String name) {
    int room = columns - 1 - before.length() - CUT.length();
    return room <= 0
        ? before.substring(0, Math.min(before.length(), columns - 1))
        : before + CUT + name.substring(Math.max(0, name.length() - room));
  }

  private String bar(int cells) {
    int filled = trials == 0 ? cells : cells * ended / trials;
    return "[" + "#".repeat(filled) + ".".repeat(cells - filled) + "] ";
  }

  private String count(TrialOrder order) {
    return "[" + ended + "/" + trials + "] " + order.id();
  }

  /** By the mean of the trials that ended; counts down while one runs. */
  private String eta() {
    int own = ended - recorded;
    long wholeMs =
        own == 0 ? planned.toMillis() : (lastEndMs - startMs) / own * (trials - recorded);
    long doneMs = own == 0 ? 0 : (lastEndMs - startMs);
    long leftMs = wholeMs - doneMs - (clock.millis() - lastEndMs);
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
