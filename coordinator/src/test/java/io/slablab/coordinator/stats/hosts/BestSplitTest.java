package io.slablab.coordinator.stats.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slablab.coordinator.stats.Streams;
import io.slablab.coordinator.stats.hosts.Explanation.None;
import io.slablab.coordinator.stats.hosts.Explanation.Why;
import io.slablab.coordinator.stats.hosts.Property.Amount;
import io.slablab.coordinator.stats.hosts.Property.Label;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Planted splits are found, and quiet hosts are not split. */
class BestSplitTest {
  private static final int DEALS = 199;
  private static final double NOISE = 0.015;
  private static final int[] CORES = {4, 8, 16, 32, 48, 64, 96, 128};

  /** Properties drawn by chance; hosts that fulfil the condition gain 4 % more. */
  private static List<HostEffect> lab(
      long seed, int hosts, Predicate<Map<String, Property>> gains) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, hosts)
        .mapToObj(h -> {
          Map<String, Property> properties =
              Map.of(
                  "nodes", new Amount(1 << random.nextInt(3)),
                  "cores", new Amount(CORES[random.nextInt(CORES.length)]),
                  "smt", new Label(random.nextBoolean() ? "on" : "off"),
                  "vendor", new Label(List.of("AMD", "Intel", "Arm").get(random.nextInt(3))));
          double effect = gains.test(properties) ? 0.04 : 0;
          double[] d = new double[10];
          Arrays.setAll(d, b -> effect + NOISE * random.nextGaussian());
          return HostEffect.of("h" + h, d, properties);
        })
        .toList();
  }

  private static Explanation split(long seed, List<HostEffect> hosts) {
    return BestSplit.of(hosts, Streams.of(seed, "split"), DEALS, 0.95);
  }

  private static boolean named(BestSplit split, String condition) {
    return split.condition().toString().equals(condition)
        || split.same().stream().anyMatch(same -> same.toString().equals(condition));
  }

  @Test
  void onlyOnHostsOfTwoNodes() {
    long found =
        IntStream.range(0, 200)
            .parallel()
            .filter(seed ->
                split(
                            seed,
                            lab(
                                seed,
                                16,
                                p -> p.get("nodes") instanceof Amount n && n.value() >= 2))
                        instanceof BestSplit best
                    && named(best, "nodes >= 2")
                    && best.pValue() <= 0.05)
            .count();
    assertThat(found).isGreaterThan(170);
  }

  @Test
  void onlyOfOneVendor() {
    Predicate<Map<String, Property>> amd = p -> new Label("AMD").equals(p.get("vendor"));
    BestSplit best = (BestSplit) split(3, lab(3, 20, amd));
    assertThat(best.condition().toString()).isEqualTo("vendor = AMD");
    assertThat(best.pValue()).isLessThanOrEqualTo(0.01);
    assertThat(best.with().effect().gain()).isCloseTo(0.04, within(0.01));
    assertThat(best.without().effect().gain()).isCloseTo(0, within(0.01));
    assertThat(best.with().hosts()).doesNotContainAnyElementsOf(best.without().hosts());
    assertThat(best.explained()).isBetween(0.8, 1.0);
  }

  /** The price of looking at all properties is paid: 5 % of quiet labs are split at 5 %. */
  @Test
  void quietLabsAreNotSplit() {
    long found =
        IntStream.range(0, 600)
            .parallel()
            .filter(seed ->
                split(seed, lab(seed, 12, p -> false)) instanceof BestSplit best
                    && best.pValue() <= 0.05)
            .count();
    assertThat(found / 600.0).isBetween(0.02, 0.08);
  }

  /** Hosts that differ for reasons nobody wrote down are not explained by what is written. */
  @Test
  void unwrittenReasonsAreNotExplained() {
    long found =
        IntStream.range(0, 600)
            .parallel()
            .filter(seed -> {
              SplittableRandom random = new SplittableRandom(seed);
              List<HostEffect> hosts =
                  lab(seed, 12, p -> false).stream()
                      .map(h ->
                          new HostEffect(
                              h.host(),
                              h.effect() + 0.05 * random.nextGaussian(),
                              h.variance(),
                              h.df(),
                              h.properties()))
                      .toList();
              return split(seed, hosts) instanceof BestSplit best && best.pValue() <= 0.05;
            })
            .count();
    assertThat(found / 600.0).isBetween(0.02, 0.08);
  }

  /** A finding of the literature in its data. */
  @Test
  void theVaccineWorksFarFromTheEquator() {
    BestSplit best = (BestSplit) BestSplit.of(Vaccine.trials(), Streams.of(1, "bcg"), 999, 0.95);
    assertThat(best.condition().property()).isEqualTo("latitude");
    assertThat(((Amount) best.condition().value()).value()).isBetween(33.0, 44.0);
    assertThat(best.pValue()).isLessThan(0.05);
    assertThat(best.with().effect().gain()).isLessThan(best.without().effect().gain());
  }

  @Test
  void propertiesThatPartAlikeAreNamedTogether() {
    List<HostEffect> hosts =
        IntStream.range(0, 8)
            .mapToObj(h ->
                new HostEffect(
                    "h" + h,
                    (h < 4 ? 0 : 0.05) + 0.001 * (h * 5 % 7),
                    1e-5,
                    9,
                    Map.of(
                        "sockets", new Amount(h < 4 ? 1 : 2),
                        "cores", new Amount(h < 4 ? 16 : 64),
                        "smt", new Label(h % 2 == 0 ? "on" : "off"))))
            .toList();
    BestSplit best = (BestSplit) split(1, hosts);
    assertThat(best.condition().toString()).isEqualTo("cores >= 64");
    assertThat(best.same()).extracting(Condition::toString).containsExactly("sockets >= 2");
    assertThat(best.with().hosts()).containsExactly("h4", "h5", "h6", "h7");
  }

  /** The result depends on the data and the stream, not on the order of the hosts' maps. */
  @Test
  void splitsRepeat() {
    List<HostEffect> hosts = lab(5, 12, p -> new Label("on").equals(p.get("smt")));
    assertThat(split(5, hosts)).isEqualTo(split(5, hosts));
  }

  @Test
  void whatCannotBePartedIsNotExplained() {
    List<HostEffect> three = lab(1, 3, p -> false);
    assertThat(split(1, three)).isEqualTo(new None(Why.TOO_FEW_HOSTS));
    List<HostEffect> alike =
        lab(1, 8, p -> false).stream()
            .map(h -> new HostEffect(h.host(), h.effect(), h.variance(), h.df(), Map.of()))
            .toList();
    assertThat(split(1, alike)).isEqualTo(new None(Why.NO_PROPERTY));
    List<HostEffect> equal =
        lab(1, 8, p -> false).stream()
            .map(h -> new HostEffect(h.host(), 0.01, h.variance(), h.df(), h.properties()))
            .toList();
    assertThat(split(1, equal)).isEqualTo(new None(Why.IDENTICAL));
    List<HostEffect> broken =
        lab(1, 8, p -> false).stream()
            .map(h -> new HostEffect(h.host(), Double.NaN, h.variance(), h.df(), h.properties()))
            .toList();
    assertThat(split(1, broken)).isEqualTo(new None(Why.TOO_FEW_HOSTS));
  }
}
