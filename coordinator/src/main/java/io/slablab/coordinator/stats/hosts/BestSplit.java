package io.slablab.coordinator.stats.hosts;

import io.slablab.coordinator.stats.Pooled;
import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.stats.Streams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The one property that parts hosts best: the binary split with the largest Q between its groups.
 *
 * <pre>
 *   Q = W1 W2 / (W1 + W2) (y1 - y2)^2     weights 1 / (variance + tau^2), tau^2 of all hosts
 * </pre>
 *
 * <p>The p-value is of the best of all splits, so that looking at many properties is paid for:
 * effects with their variances are dealt anew over the hosts, and each deal's best split counts.
 * With few hosts it cannot be small: six hosts three to three have ten deals.
 *
 * @param condition that the first group fulfils
 * @param same other questions that part the hosts just so: the data cannot tell them apart
 * @param q between the groups
 * @param explained share of the weighted variation between hosts, in [0, 1]
 * @param pValue (1 + deals with as large a Q) / (deals + 1)
 * @param with hosts that fulfil the condition
 * @param without the others
 */
public record BestSplit(
    Condition condition,
    List<Condition> same,
    double q,
    double explained,
    double pValue,
    Group with,
    Group without)
    implements Explanation {
  private static final int LEAST_GROUP = 2;

  /** Two deals that give the same groups differ by rounding only. */
  private static final double EQUAL = 1e-9;

  /**
   * @param effect t on host means; its half-width is after selection, and NaN where all are equal
   */
  public record Group(List<String> hosts, Pooled effect) {
    public Group {
      hosts = List.copyOf(hosts);
    }

    static Group of(List<HostEffect> hosts, double confidence) {
      Pooled effect =
          Samples.identical(HostEffect.effects(hosts))
              ? new Pooled(hosts.getFirst().effect(), hosts.size() - 1, confidence, Double.NaN)
              : Heterogeneity.population(hosts, confidence);
      return new Group(hosts.stream().map(HostEffect::host).toList(), effect);
    }
  }

  public BestSplit {
    same = List.copyOf(same);
  }

  /**
   * @param all hosts with their properties; those without an error do not count
   * @param stream of the deals
   * @param deals how many, 499 by custom
   */
  public static Explanation of(List<HostEffect> all, Streams stream, int deals, double confidence) {
    List<HostEffect> hosts = HostEffect.counting(all);
    if (hosts.size() < 2 * LEAST_GROUP) {
      return new None(Why.TOO_FEW_HOSTS);
    }
    if (Samples.identical(HostEffect.effects(hosts))) {
      return new None(Why.IDENTICAL);
    }
    Map<List<Boolean>, List<Condition>> splits = splits(hosts);
    if (splits.isEmpty()) {
      return new None(Why.NO_PROPERTY);
    }
    double tauSquared = Weighted.pauleMandel(hosts);
    boolean[][] groups = splits.keySet().stream().map(BestSplit::array).toArray(boolean[][]::new);
    Deal dealt = Deal.of(hosts, tauSquared);
    int best = dealt.best(groups);
    double q = dealt.between(groups[best]);
    List<Condition> conditions = List.copyOf(splits.values()).get(best);
    Condition condition = conditions.getFirst();
    return new BestSplit(
        condition,
        conditions.stream().filter(c -> !c.property().equals(condition.property())).toList(),
        q,
        q / Weighted.of(hosts, tauSquared).q(),
        pValue(dealt, groups, q, stream, deals),
        Group.of(hosts.stream().filter(condition::holds).toList(), confidence),
        Group.of(hosts.stream().filter(host -> !condition.holds(host)).toList(), confidence));
  }

  /** Ways to part the hosts, each with the questions that part them so, in the questions' order. */
  private static Map<List<Boolean>, List<Condition>> splits(List<HostEffect> hosts) {
    Map<List<Boolean>, List<Condition>> splits = new LinkedHashMap<>();
    for (Condition condition : Condition.about(hosts)) {
      List<Boolean> answers = hosts.stream().map(condition::holds).toList();
      long yes = answers.stream().filter(answer -> answer).count();
      if (Math.min(yes, hosts.size() - yes) >= LEAST_GROUP) {
        boolean first = answers.getFirst();
        List<Boolean> likeFirst = answers.stream().map(answer -> answer == first).toList();
        splits.computeIfAbsent(likeFirst, key -> new ArrayList<>()).add(condition);
      }
    }
    return splits;
  }

  private static boolean[] array(List<Boolean> answers) {
    boolean[] array = new boolean[answers.size()];
    IntStream.range(0, array.length).forEach(i -> array[i] = answers.get(i));
    return array;
  }

  private static double pValue(
      Deal dealt, boolean[][] groups, double q, Streams stream, int deals) {
    int reached = 0;
    for (int r = 0; r < deals; r++) {
      Deal deal = dealt.anew(stream);
      reached += deal.between(groups[deal.best(groups)]) >= q * (1 - EQUAL) ? 1 : 0;
    }
    return (1 + reached) / (deals + 1.0);
  }

  /** Weights and weighted effects, dealt over the hosts. */
  private record Deal(double[] weights, double[] products) {
    static Deal of(List<HostEffect> hosts, double tauSquared) {
      double[] weights =
          hosts.stream().mapToDouble(host -> Weighted.weight(host, tauSquared)).toArray();
      double[] products =
          IntStream.range(0, weights.length)
              .mapToDouble(i -> weights[i] * hosts.get(i).effect())
              .toArray();
      return new Deal(weights, products);
    }

    Deal anew(Streams stream) {
      List<Integer> order = stream.shuffle(IntStream.range(0, weights.length).boxed().toList());
      return new Deal(
          order.stream().mapToDouble(i -> weights[i]).toArray(),
          order.stream().mapToDouble(i -> products[i]).toArray());
    }

    /** Q between a group and the rest. */
    double between(boolean[] group) {
      double inside = 0;
      double outside = 0;
      double sumInside = 0;
      double sumOutside = 0;
      for (int i = 0; i < group.length; i++) {
        inside += group[i] ? weights[i] : 0;
        outside += group[i] ? 0 : weights[i];
        sumInside += group[i] ? products[i] : 0;
        sumOutside += group[i] ? 0 : products[i];
      }
      double apart = sumInside / inside - sumOutside / outside;
      return inside * outside / (inside + outside) * apart * apart;
    }

    /** The index of the first of the best groups. */
    int best(boolean[][] groups) {
      int best = 0;
      for (int g = 1; g < groups.length; g++) {
        best = between(groups[g]) > between(groups[best]) ? g : best;
      }
      return best;
    }
  }
}
