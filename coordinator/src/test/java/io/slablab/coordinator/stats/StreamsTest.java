package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StreamsTest {
  @Test
  void drawsWhatSplitMixDraws() {
    Fixture rng = Fixture.cases("schedule", "rng").findFirst().orElseThrow();
    Streams stream = Streams.ofState(rng.get("seed").asLong());
    for (JsonNode expected : rng.get("next_unsigned")) {
      assertThat(Long.toUnsignedString(stream.next())).isEqualTo(expected.asText());
    }
  }

  @Test
  void equalsTheJdksSplittableRandom() {
    for (long seed = -3; seed < 50; seed++) {
      SplittableRandom jdk = new SplittableRandom(seed);
      Streams ours = Streams.ofState(seed);
      for (int i = 0; i < 20; i++) {
        assertThat(ours.next()).as("seed %d", seed).isEqualTo(jdk.nextLong());
      }
    }
  }

  @Test
  void labelsGiveStreams() {
    Fixture c = Fixture.cases("schedule", "stream").findFirst().orElseThrow();
    String label = c.get("label").asText();
    assertThat(Long.toUnsignedString(Streams.fnv1a64(label))).isEqualTo(c.get("fnv1a64").asText());
    Streams stream = Streams.of(c.get("seed").asLong(), label);
    for (JsonNode expected : c.get("bounded_10")) {
      assertThat(stream.bounded(10)).isEqualTo(expected.asInt());
    }
  }

  /**
   * The interleaved schedule of the reference, written out as its definition: it pins the order of
   * draws.
   */
  @Test
  void shufflesTheReferenceSchedule() {
    Fixture c = Fixture.cases("schedule", "schedule").findFirst().orElseThrow();
    long seed = c.get("seed").asLong();
    List<String> cells = texts(c.get("cells"));
    List<String> variants = texts(c.get("variants"));
    Streams cellOrder = Streams.of(seed, "cell-order");
    Map<String, Streams> variantOrder = new HashMap<>();
    Map<String, List<String>> order = new HashMap<>();
    List<String> planned = new ArrayList<>();
    for (int round = 0; round < c.get("blocks").asInt(); round++) {
      for (String cell : cellOrder.shuffle(cells)) {
        boolean even = round % 2 == 0;
        Streams stream =
            variantOrder.computeIfAbsent(cell, c2 -> Streams.of(seed, "variant-order/" + c2));
        List<String> visit =
            order.merge(
                cell,
                even ? stream.shuffle(variants) : List.of(),
                (before, drawn) -> even ? drawn : before.reversed());
        for (int position = 0; position < visit.size(); position++) {
          planned.add(round + " " + cell + " " + position + " " + visit.get(position));
        }
      }
    }
    List<String> expected = new ArrayList<>();
    c.get("expected").forEach(row -> expected.add(String.join(" ", texts(row))));
    assertThat(planned).isEqualTo(expected);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
