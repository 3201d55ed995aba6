package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.verdict.CampaignData.PlannedTrial;
import io.slablab.coordinator.verdict.CampaignData.Stop;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the journal adds to plan.json: blocks beyond the plan, and why cells got no more.
 *
 * @param planned trials of the added blocks
 */
record AddedBlocks(List<PlannedTrial> planned, List<Stop> stops) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADDED = "\"block-added\"";
  private static final String STOPPED = "\"cell-stopped\"";

  /**
   * @param journal may be absent; a torn last line is none
   */
  static AddedBlocks read(Path journal) throws IOException {
    AddedBlocks blocks = new AddedBlocks(new ArrayList<>(), new ArrayList<>());
    if (!Files.exists(journal)) {
      return blocks;
    }
    try (BufferedReader lines = Files.newBufferedReader(journal)) {
      String line = lines.readLine();
      while (line != null) {
        String next = lines.readLine();
        // Most lines are of trials: only the few others are parsed.
        if (line.contains(ADDED) || line.contains(STOPPED)) {
          blocks.take(journal, line, next == null);
        }
        line = next;
      }
    }
    return blocks;
  }

  private void take(Path journal, String line, boolean last) throws IOException {
    try {
      JsonNode record = JSON.readTree(line);
      if (record.path("type").asText().equals("block-added")) {
        added(record);
      } else if (record.path("type").asText().equals("cell-stopped")) {
        stopped(record);
      }
    } catch (JsonProcessingException e) {
      if (!last) {
        throw new TrialFiles.Unreadable(journal, "a line is no JSON: " + e.getOriginalMessage());
      }
    }
  }

  private void added(JsonNode record) {
    String host = record.path("host").asText();
    String cell = record.path("cell").asText();
    int block = record.path("block").asInt();
    int position = 0;
    for (JsonNode variant : record.path("variants")) {
      String id = "%s/%s/%04d-%s".formatted(host, cell, block, variant.asText());
      planned.add(new PlannedTrial(id, host, cell, block, position, variant.asText()));
      position++;
    }
  }

  private void stopped(JsonNode record) {
    StopReason.of(record.path("reason").asText())
        .ifPresent(reason ->
            stops.add(
                new Stop(
                    record.path("host").asText(),
                    record.path("cell").asText(),
                    reason,
                    record.path("blocks").asInt(),
                    record.path("halfWidth").isNumber()
                        ? record.path("halfWidth").asDouble()
                        : null)));
  }
}
