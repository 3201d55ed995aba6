package io.slablab.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.CampaignProgress.HostNote;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanText;
import io.slablab.coordinator.plan.PlannedTrial;
import io.slablab.coordinator.store.RunLock;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a campaign is.
 *
 * @param run directory
 * @param state running, done, incomplete, interrupted or died
 * @param coordinator who is at work; empty when nobody is
 * @param planned trials
 * @param done trials with a result
 * @param failed trials that ran and gave none
 * @param missing trials without a record
 * @param disturbed trials that were run again
 * @param starts of a coordinator
 * @param sinceRecordSeconds age of the journal's last record; 0 without one
 * @param hosts in planned order
 */
record RunStatus(
    String run,
    String campaign,
    String suite,
    String state,
    String coordinator,
    int planned,
    int done,
    int failed,
    int missing,
    int disturbed,
    int starts,
    long sinceRecordSeconds,
    List<HostStatus> hosts) {

  /**
   * @param state waiting, ready, away, set aside or finished
   * @param note why, one line; may be empty
   * @param running the trial that was started last and has no record; may be empty
   * @param missing ids in planned order
   */
  record HostStatus(
      String host,
      String state,
      String note,
      int done,
      int failed,
      String running,
      List<String> missing) {}

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static RunStatus of(
      StoredCampaign stored,
      CampaignProgress progress,
      Optional<RunLock.Holder> holder,
      Instant now) {
    int planned = stored.plan().trialCount();
    String ended = progress.outcome().orElse(progress.starts() == 0 ? "not begun" : "died");
    return new RunStatus(
        stored.run().root().toString(),
        stored.manifest().campaign(),
        stored.suite().name(),
        holder.isPresent() ? "running" : ended,
        holder.map(RunLock.Holder::toString).orElse(""),
        planned,
        progress.done(),
        progress.failed(),
        planned - progress.done() - progress.failed(),
        progress.disturbed(),
        progress.starts(),
        progress.changedAt().map(at -> Duration.between(at, now).toSeconds()).orElse(0L),
        stored.plan().hosts().stream()
            .map(host -> host(host, progress, holder.isPresent()))
            .toList());
  }

  private static HostStatus host(Plan.HostPlan host, CampaignProgress progress, boolean atWork) {
    int done = 0;
    int failed = 0;
    List<String> missing = new ArrayList<>();
    for (PlannedTrial trial : host.trials()) {
      Optional<Boolean> recorded = progress.recorded(trial.id());
      if (recorded.isEmpty()) {
        missing.add(trial.id());
      } else if (recorded.get()) {
        done++;
      } else {
        failed++;
      }
    }
    HostNote note = progress.hosts().get(host.host());
    String state =
        missing.isEmpty()
            ? "finished"
            : note == null
                ? "waiting"
                : note.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new HostStatus(
        host.host(),
        state,
        note == null ? "" : note.note(),
        done,
        failed,
        atWork ? progress.open().getOrDefault(host.host(), "") : "",
        missing);
  }

  String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // texts and numbers always have a JSON form
    }
  }

  /**
   * Lines without colour.
   *
   * @param all name every missing trial
   */
  String text(boolean all) {
    StringBuilder text = new StringBuilder();
    text.append("run        %s%n".formatted(run));
    text.append("campaign   %s, suite %s%n".formatted(campaign, suite));
    text.append("state      %s%n".formatted(stateText()));
    text.append(
        "trials     %d of %d recorded: %d done, %d failed; %d missing%n"
            .formatted(done + failed, planned, done, failed, missing));
    if (disturbed > 0) {
      text.append("disturbed  %d trials ran again%n".formatted(disturbed));
    }
    if (starts > 1) {
      text.append("resumed    %d times%n".formatted(starts - 1));
    }
    hosts.forEach(host -> text.append(line(host, all)));
    return text.toString();
  }

  private String stateText() {
    return switch (state) {
      case "running" ->
          "running, %s; last record %s ago"
              .formatted(coordinator, PlanText.length(sinceRecordSeconds));
      case "died" -> "its coordinator died; 'slablab resume %s' goes on".formatted(run);
      case "done" -> state;
      default -> missing == 0 ? state : "%s; 'slablab resume %s' goes on".formatted(state, run);
    };
  }

  private static String line(HostStatus host, boolean all) {
    StringBuilder line = new StringBuilder();
    line.append(
        "host       %s: %s; %d done, %d failed, %d missing"
            .formatted(
                host.host(), host.state(), host.done(), host.failed(), host.missing().size()));
    if (!host.note().isEmpty() && !host.state().equals("finished")) {
      line.append("; ").append(host.note());
    }
    if (!host.running().isEmpty()) {
      line.append("; now ").append(host.running());
    }
    line.append('\n');
    if (all) {
      host.missing().forEach(id -> line.append("             ").append(id).append('\n'));
    }
    return line.toString();
  }
}
