package io.slablab.coordinator.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.verdict.TrialFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a host's session writes: files first, each under a temporary name, forced and renamed; then
 * the journal's record, forced. When a method returns, what it wrote is on the disk.
 *
 * @param journal appends and forces
 */
record HostRecords(String host, RunDirectory run, Consumer<JournalRecord> journal) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the agent said of the trial's files, kept beside them. */
  private static final String DIGESTS = "digests.json";

  /** A host that boots more often is told of no more. */
  private static final int MOST_BOOTS = 100;

  /** Whether the report can read it: an agent must not spoil the results of all hosts. */
  boolean readable(HostDescribed description) {
    try {
      return JSON.readTree(description.topologyJson()).isObject()
          && JSON.readTree(description.conditionsJson()).isObject();
    } catch (JsonProcessingException _) {
      return false;
    }
  }

  void described(HostDescribed description) throws IOException {
    Path directory = Files.createDirectories(run.host(host));
    AtomicFiles.write(directory.resolve("topology.json"), description.topologyJson());
    Path conditions = conditions(directory, description.bootId());
    if (!Files.exists(conditions)) {
      AtomicFiles.write(conditions, description.conditionsJson());
    }
    journal.accept(new JournalRecord.HostReady(host, description.pid(), description.bootId()));
  }

  /** conditions.json of the first boot, conditions-2.json of the next; a boot is told of once. */
  private static Path conditions(Path directory, String bootId) throws IOException {
    Path file = directory.resolve("conditions.json");
    for (int boot = 2; boot <= MOST_BOOTS && Files.exists(file); boot++) {
      if (JSON.readTree(file.toFile()).path("evidence").path("bootId").asText().equals(bootId)) {
        return file;
      }
      file = directory.resolve("conditions-" + boot + ".json");
    }
    return file;
  }

  void away(String reason) {
    journal.accept(new JournalRecord.HostAway(host, reason));
  }

  void lost(String reason) {
    journal.accept(new JournalRecord.HostLost(host, reason));
  }

  void started(TrialOrder order) {
    journal.accept(new JournalRecord.TrialStarted(order.id(), host));
  }

  /** The folder into which a trial's files come. */
  IncomingTrial receive(TrialOrder order, TrialResult result)
      throws IOException, IncomingTrial.Torn {
    return IncomingTrial.begin(run.unfinishedTrial(order.id()), result);
  }

  /**
   * What is wrong with the trial.json that came in: another trial's, or one that the results cannot
   * be computed from. An agent must not speak for another host, nor spoil all results by its own.
   */
  Optional<String> mismatch(TrialOrder order, Path files) throws IOException {
    JsonNode trial;
    try {
      trial = JSON.readTree(files.resolve("trial.json").toFile());
    } catch (JsonProcessingException _) {
      return Optional.of("its trial.json is no JSON");
    }
    boolean own =
        trial.path("id").asText().equals(order.id())
            && trial.path("host").asText().equals(host)
            && trial.path("cell").asText().equals(order.cell())
            && trial.path("block").asInt(-1) == order.block()
            && trial.path("position").asInt(-1) == order.position()
            && trial.path("variant").asText().equals(order.variant())
            && trial.path("status").asText().equals("done");
    return own
        ? TrialFiles.problem(files.resolve("trial.json"))
        : Optional.of("its trial.json tells of another trial");
  }

  void done(TrialOrder order, TrialResult result) throws IOException {
    Path files = run.unfinishedTrial(order.id());
    AtomicFiles.write(files.resolve(DIGESTS), JSON.writeValueAsString(result) + "\n");
    Path target = publish(order);
    journal.accept(
        new JournalRecord.TrialDone(
            order.id(), host, relative(target), result.opsPerSecond(), result.digest()));
  }

  /** The trial failed; files that came in stay, trial.json is made where it did not come. */
  void failed(TrialOrder order, String reason) throws IOException {
    FailedTrial.complete(run.unfinishedTrial(order.id()), order, reason);
    publish(order);
    journal.accept(new JournalRecord.TrialFailed(order.id(), host, reason));
  }

  void tainted(TrialOrder order, int attempt, String reason) throws IOException {
    Path target = run.taintedTrial(host, order.cell(), order.block(), order.variant(), attempt);
    AtomicFiles.deleteTree(target); // of a coordinator that died before it had told the journal
    AtomicFiles.publish(run.unfinishedTrial(order.id()), target);
    journal.accept(
        new JournalRecord.TrialTainted(order.id(), host, attempt, reason, relative(target)));
  }

  /**
   * Gives a trial its record that a coordinator published and died before it told the journal.
   *
   * @return whether the trial has a result; empty when there is no such trial
   */
  Optional<Boolean> adopt(TrialOrder order) throws IOException {
    Path target = target(order);
    if (!Files.exists(target)) {
      return Optional.empty();
    }
    JsonNode trial = JSON.readTree(target.resolve("trial.json").toFile());
    Path digests = target.resolve(DIGESTS);
    boolean hasResult = Files.exists(digests) && trial.path("status").asText().equals("done");
    if (hasResult) {
      TrialResult result = JSON.readValue(digests.toFile(), TrialResult.class);
      journal.accept(
          new JournalRecord.TrialDone(
              order.id(), host, relative(target), result.opsPerSecond(), result.digest()));
    } else {
      journal.accept(
          new JournalRecord.TrialFailed(order.id(), host, trial.path("reason").asText()));
    }
    return Optional.of(hasResult);
  }

  private Path publish(TrialOrder order) throws IOException {
    Path target = target(order);
    AtomicFiles.publish(run.unfinishedTrial(order.id()), target);
    return target;
  }

  private Path target(TrialOrder order) {
    return run.trial(host, order.cell(), order.block(), order.variant());
  }

  private String relative(Path target) {
    return run.root().relativize(target).toString();
  }
}
