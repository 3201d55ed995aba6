package io.slablab.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a run directory says of its campaign's trials, read from its files alone and by no code of
 * the product's.
 *
 * @param run the run directory
 * @param records in the order of the journal
 */
record CampaignJournal(Path run, List<JsonNode> records) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Records that say that something is amiss. */
  private static final Set<String> TROUBLE =
      Set.of("host-away", "host-lost", "trial-failed", "trial-tainted");

  /** A line that is being written is left out. */
  static CampaignJournal read(Path run) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    if (Files.exists(run.resolve("journal.jsonl"))) {
      for (String line : Files.readAllLines(run.resolve("journal.jsonl"))) {
        try {
          records.add(JSON.readTree(line));
        } catch (JsonProcessingException _) {
          break;
        }
      }
    }
    return new CampaignJournal(run, records);
  }

  Stream<JsonNode> of(String type) {
    return records.stream().filter(record -> record.path("type").asText().equals(type));
  }

  private List<String> recorded() {
    return Stream.concat(of("trial-done"), of("trial-failed"))
        .map(record -> record.path("trial").asText())
        .toList();
  }

  int done() {
    return (int) of("trial-done").count();
  }

  int failed() {
    return (int) of("trial-failed").count();
  }

  /** Planned trials that have no record. */
  int lost() {
    int planned =
        of("campaign-started")
            .mapToInt(record -> record.path("trials").asInt())
            .findFirst()
            .orElse(0);
    return planned - new HashSet<>(recorded()).size();
  }

  /**
   * Results that count more than once: a trial with a second record, a digest of two trials, a
   * result whose files are no other than another's.
   */
  int doubled() throws IOException {
    List<String> recorded = recorded();
    List<String> digests = of("trial-done").map(done -> done.path("digest").asText()).toList();
    int twice = recorded.size() - new HashSet<>(recorded).size();
    int same = digests.size() - new HashSet<>(digests).size();
    return Math.max(twice, same) + Math.max(0, resultFiles() - done());
  }

  /** Results in the place of a trial that counts. */
  private int resultFiles() throws IOException {
    int results = 0;
    try (Stream<Path> files = Files.walk(run.resolve("trials"))) {
      for (Path file : files.filter(this::counts).toList()) {
        results += JSON.readTree(file.toFile()).path("status").asText().equals("done") ? 1 : 0;
      }
    }
    return results;
  }

  /** Unfinished and disturbed trials lie below hidden folders. */
  private boolean counts(Path file) {
    return file.endsWith("trial.json") && !run.relativize(file).toString().contains("/.");
  }

  /** How long after that time the first word of trouble with a host was written. */
  Optional<Duration> trouble(String host, Instant since) {
    return records.stream()
        .filter(record -> TROUBLE.contains(record.path("type").asText()))
        .filter(record -> record.path("host").asText().equals(host))
        .map(record -> Instant.parse(record.path("at").asText()))
        .filter(at -> !at.isBefore(since.minusMillis(1)))
        .findFirst()
        .map(at -> Duration.between(since, at));
  }

  /** Every reason that was given for trouble with a host, in order. */
  List<String> reasons(String host) {
    return records.stream()
        .filter(record -> TROUBLE.contains(record.path("type").asText()))
        .filter(record -> record.path("host").asText().equals(host))
        .map(record -> record.path("type").asText() + ": " + record.path("reason").asText())
        .toList();
  }
}
