package io.slablab.coordinator.stats.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.Fixture;
import io.slablab.coordinator.stats.Streams;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values of the statistic, the detector and its two companions. */
class ChangePointFixturesTest {
  private static final double P_RELATIVE = 1e-6;

  static Stream<Fixture> changePoints() {
    return Fixture.cases("change-points");
  }

  static Stream<Fixture> permutation() {
    return changePoints().filter(c -> c.inputs().has("permutation"));
  }

  private static double[] logs(Fixture c) {
    return Arrays.stream(c.numbers("x")).map(Math::log).toArray();
  }

  private static List<Integer> indices(JsonNode array) {
    return array.valueStream().map(JsonNode::asInt).toList();
  }

  @ParameterizedTest
  @MethodSource("changePoints")
  void statistic(Fixture c) {
    double[] x = logs(c);
    PairSums whole = new PairSums(x, 0, x.length);
    double[] q = IntStream.range(1, x.length).mapToDouble(t -> whole.q(0, t, x.length)).toArray();
    if (!c.get("q_full").isNull()) {
      c.close(c.inputs(), "q_full", q);
    }
    int best = IntStream.range(0, q.length).reduce((a, b) -> q[b] > q[a] ? b : a).orElseThrow();
    assertThat(best + 1).isEqualTo(c.get("q_full_argmax").asInt());
    JsonNode first = c.get("q_first_window_best");
    int window = first.get("window").asInt();
    PairSums.Split split = new PairSums(x, 0, window).best(0, window, 1);
    c.close(first, "q", split.q());
    assertThat(split.tau()).isEqualTo(first.get("tau").asInt());
    assertThat(split.kappa()).isEqualTo(first.get("kappa").asInt());
  }

  @ParameterizedTest
  @MethodSource("changePoints")
  void twoPasses(Fixture c) {
    JsonNode defaults = Fixture.read("change-points").get("defaults");
    DetectorRule rule =
        new DetectorRule(
            defaults.get("window").asInt(),
            defaults.get("min_segment").asInt(),
            defaults.get("p_weak").asDouble(),
            defaults.get("p_final").asDouble(),
            Math.log1p(defaults.get("min_magnitude").asDouble()));
    assertThat(rule).isEqualTo(DetectorRule.DEFAULT);
    double[] x = logs(c);
    JsonNode expected = c.get("two_pass");
    List<Integer> weak = new WeakPoints(x, rule).find();
    assertThat(new Merge(x, rule, weak).dedupe()).isEqualTo(indices(expected.get("weak")));
    ChangePoints found = ChangePoints.of(x, rule);
    assertThat(found.points()).hasSize(expected.get("points").size());
    for (int i = 0; i < found.points().size(); i++) {
      ChangePoint point = found.points().get(i);
      JsonNode wanted = expected.get("points").get(i);
      assertThat(point.index()).isEqualTo(wanted.get("index").asInt());
      c.close(wanted, "change", point.gain());
      double p = wanted.get("p").asDouble();
      assertThat(point.pValue()).isCloseTo(p, within(P_RELATIVE * p));
    }
  }

  @ParameterizedTest
  @MethodSource("changePoints")
  void optimalPartition(Fixture c) {
    JsonNode expected = c.get("optimal_partition");
    OptimalPartition partition = OptimalPartition.of(logs(c), expected.get("penalty").asDouble());
    assertThat(partition.points()).isEqualTo(indices(expected.get("points")));
    double cost = expected.get("total_cost").asDouble();
    assertThat(partition.cost()).isCloseTo(cost, within(c.relative() * cost));
  }

  @ParameterizedTest
  @MethodSource("permutation")
  void permutation(Fixture c) {
    JsonNode expected = c.get("permutation");
    PermutationSplits splits =
        PermutationSplits.of(
            logs(c),
            Streams.of(expected.get("seed").asLong(), expected.get("label").asText()),
            expected.get("R").asInt(),
            expected.get("alpha").asDouble());
    assertThat(splits.points()).isEqualTo(indices(expected.get("points")));
    assertThat(splits.trace()).hasSize(expected.get("trace").size());
    for (int i = 0; i < splits.trace().size(); i++) {
      JsonNode wanted = expected.get("trace").get(i);
      assertThat(splits.trace().get(i).index()).isEqualTo(wanted.get("index").asInt());
      c.close(wanted, "q", splits.trace().get(i).q());
      c.close(wanted, "p", splits.trace().get(i).pValue());
    }
  }
}
