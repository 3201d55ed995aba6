package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.Pooled;
import io.slablab.coordinator.stats.Streams;
import io.slablab.coordinator.stats.hosts.BestSplit;
import io.slablab.coordinator.stats.hosts.Explanation;
import io.slablab.coordinator.stats.hosts.Heterogeneity;
import io.slablab.coordinator.stats.hosts.HostEffect;
import io.slablab.coordinator.stats.hosts.Property;
import io.slablab.coordinator.stats.hosts.Spread;
import io.slablab.coordinator.verdict.AcrossHosts.Host;
import io.slablab.coordinator.verdict.AcrossHosts.Part;
import io.slablab.coordinator.verdict.AcrossHosts.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares hosts on one variant, metric and workload. */
final class HostComparison {
  /** The hosts differ where the same gain everywhere is less likely than this. */
  private static final double DIFFER = 0.05;

  private static final int DEALS = 499;

  private final Gains gains;
  private final Map<String, HostFacts> facts;

  /** By name and host. */
  private final Map<String, Map<String, Double>> hostParams;

  private record Subject(
      String variant,
      String metric,
      String workload,
      Map<String, String> params,
      boolean higherIsBetter) {}

  private HostComparison(Gains gains, Map<String, HostFacts> facts) {
    this.gains = gains;
    this.facts = facts;
    this.hostParams = hostParams(gains);
  }

  /** One per variant, metric and workload that ran on at least two hosts. */
  static List<AcrossHosts> of(Gains gains, Map<String, HostFacts> facts) {
    HostComparison comparison = new HostComparison(gains, facts);
    Map<Subject, Map<String, List<Gains.Row>>> subjects = new LinkedHashMap<>();
    for (Gains.Cell cell : gains.cells()) {
      for (Gains.Row row : cell.gains()) {
        Map<String, String> params = new LinkedHashMap<>(cell.params());
        params.keySet().removeAll(comparison.hostParams.keySet());
        subjects
            .computeIfAbsent(
                new Subject(
                    row.variant(), row.metric(), cell.workload(), params, row.higherIsBetter()),
                _ -> new LinkedHashMap<>())
            .computeIfAbsent(cell.host(), _ -> new ArrayList<>())
            .add(row);
      }
    }
    return subjects.entrySet().stream()
        .filter(e -> e.getValue().size() > 1)
        .map(e -> comparison.compare(e.getKey(), e.getValue()))
        .toList();
  }

  /**
   * Parameters that are one number on each host, and not the same on all: what a foreign harness
   * tells of its hosts.
   */
  private static Map<String, Map<String, Double>> hostParams(Gains gains) {
    Map<String, Map<String, Double>> found = new HashMap<>();
    List<String> names =
        gains.cells().stream().flatMap(c -> c.params().keySet().stream()).distinct().toList();
    for (String name : names) {
      Map<String, Double> values = new HashMap<>();
      boolean one =
          gains.cells().stream()
              .allMatch(cell -> {
                Double value = number(cell.params().get(name));
                Double known = value == null ? null : values.putIfAbsent(cell.host(), value);
                return value != null && (known == null || known.equals(value));
              });
      if (one && values.values().stream().distinct().count() > 1) {
        found.put(name, values);
      }
    }
    return found;
  }

  private static @Nullable Double number(@Nullable String text) {
    return text != null && text.matches("\\d{1,15}(\\.\\d{1,9})?") ? Double.valueOf(text) : null;
  }

  private AcrossHosts compare(Subject subject, Map<String, List<Gains.Row>> rows) {
    List<HostEffect> effects = new ArrayList<>();
    List<Host> hosts = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    rows.forEach((host, own) ->
        pool(own)
            .ifPresentOrElse(
                part -> {
                  effects.add(
                      new HostEffect(
                          host, part.mean(), part.variance(), part.df(), properties(host)));
                  hosts.add(host(host, own.size(), part));
                },
                () -> leftOut.add(host)));
    Spread spread = Heterogeneity.of(effects, confidence());
    Streams stream =
        Streams.of(
            gains.seed(),
            String.join("/", "hosts", subject.workload(), subject.metric(), subject.variant()));
    Explanation explanation = BestSplit.of(effects, stream, DEALS, confidence());
    Split split = explanation instanceof BestSplit best ? split(best) : null;
    @Nullable Heterogeneity told = spread instanceof Heterogeneity h ? h : null;
    @Nullable Part population = told == null ? null : population(told.population(), hosts);
    boolean differ = told != null && told.pValue() < DIFFER;
    return new AcrossHosts(
        subject.variant(),
        subject.metric(),
        subject.workload(),
        subject.params(),
        hosts,
        leftOut,
        told == null ? null : Math.expm1(told.common()),
        population,
        told == null ? null : told.pValue(),
        told == null ? null : told.iSquared(),
        told == null ? null : Math.sqrt(told.tauSquared()),
        split,
        differ,
        told == null || population == null
            ? unknown(spread)
            : sentence(subject, population, told, split));
  }

  private double confidence() {
    return gains.settings().confidence();
  }

  /** The mean of a host's cells; empty where one has no interval on the log scale. */
  private static Optional<Pooled.Part> pool(List<Gains.Row> rows) {
    double mean = 0;
    double variance = 0;
    double weighted = 0;
    for (Gains.Row row : rows) {
      double[] d =
          row.points().stream()
              .map(Gains.Point::logRatio)
              .filter(Objects::nonNull)
              .mapToDouble(x -> x)
              .toArray();
      if (row.sdLog() == null || d.length < 2) {
        return Optional.empty();
      }
      Pooled.Part cell = Pooled.Part.of(d);
      mean += cell.mean() / rows.size();
      double v = cell.variance() / rows.size() / rows.size();
      variance += v;
      weighted += v * v / cell.df();
    }
    return Optional.of(new Pooled.Part(mean, variance, variance * variance / weighted));
  }

  private Map<String, Property> properties(String host) {
    Map<String, Property> all =
        new HashMap<>(facts.getOrDefault(host, HostFacts.NONE).properties());
    hostParams.forEach((name, values) -> {
      Double value = values.get(host);
      if (value != null) {
        all.putIfAbsent(name, new Property.Amount(value));
      }
    });
    return all;
  }

  private Host host(String name, int cells, Pooled.Part part) {
    double t = Distributions.studentQuantile((1 + confidence()) / 2, part.df());
    double reach = t * Math.sqrt(part.variance());
    return new Host(
        name,
        cells,
        Math.expm1(part.mean()),
        Math.expm1(part.mean() - reach),
        Math.expm1(part.mean() + reach));
  }

  private static Part population(Pooled pooled, List<Host> hosts) {
    return part(hosts.stream().map(Host::host).toList(), pooled);
  }

  private static Part part(List<String> hosts, Pooled pooled) {
    boolean interval = Double.isFinite(pooled.halfWidth());
    return new Part(
        hosts,
        pooled.gain(),
        interval ? pooled.gainLow() : null,
        interval ? pooled.gainHigh() : null);
  }

  private static Split split(BestSplit best) {
    return new Split(
        best.condition().toString(),
        best.same().stream().map(Object::toString).toList(),
        best.pValue(),
        best.explained(),
        part(best.with().hosts(), best.with().effect()),
        part(best.without().hosts(), best.without().effect()));
  }

  private static String unknown(Spread spread) {
    return spread instanceof Spread.Unknown(Spread.Why why) && why == Spread.Why.IDENTICAL
        ? "hosts cannot be compared: all have the same gain"
        : "hosts cannot be compared: fewer than two have an interval";
  }

  private static String sentence(
      Subject subject, Part population, Heterogeneity told, @Nullable Split split) {
    String pooled =
        "over %d hosts %s%s".formatted(told.hosts(), percent(population.gain()), range(population));
    if (told.pValue() >= DIFFER) {
      return "the hosts agree: " + pooled;
    }
    String differ =
        "the hosts differ (I^2 %.0f %%, p %s)".formatted(100 * told.iSquared(), p(told.pValue()));
    if (split == null) {
      return differ + ", and nothing known of them parts them; " + pooled;
    }
    String groups =
        "%s %s%s, the others %s%s"
            .formatted(
                split.condition(),
                percent(split.with().gain()),
                range(split.with()),
                percent(split.without().gain()),
                range(split.without()));
    String also =
        split.same().isEmpty() ? "" : "; the same hosts have " + String.join(", ", split.same());
    if (split.pValue() > DIFFER) {
      return differ + ", and no property parts them surely; best: " + groups + also;
    }
    return differ + ": " + only(subject, split) + groups + also;
  }

  /** Says so where the one group gains and the other does not. */
  private static String only(Subject subject, Split split) {
    boolean with = gains(subject, split.with());
    boolean without = gains(subject, split.without());
    if (with == without) {
      return "";
    }
    return with
        ? "only those with " + split.condition() + " gain: "
        : "only those without " + split.condition() + " gain: ";
  }

  private static boolean gains(Subject subject, Part part) {
    Double low = part.low();
    Double high = part.high();
    return low != null && high != null && (subject.higherIsBetter() ? low > 0 : high < 0);
  }

  private static String percent(double gain) {
    return String.format(Locale.ROOT, "%+.1f %%", 100 * gain);
  }

  private static String range(Part part) {
    Double low = part.low();
    Double high = part.high();
    return low == null || high == null
        ? ""
        : String.format(Locale.ROOT, " [%+.1f, %+.1f]", 100 * low, 100 * high);
  }

  private static String p(double p) {
    return p < 1e-6 ? "< 1e-6" : String.format(Locale.ROOT, "%.2g", p);
  }
}
