package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Trials to try the scheduler with. */
public final class Orders {
  private Orders() {}

  /** Blocks 0 to count - 1 of one variant of cell c. */
  public static List<TrialOrder> of(String host, int count) {
    return IntStream.range(0, count).mapToObj(block -> variant(host, block, "baseline")).toList();
  }

  /** A trial of a block of cell c. */
  static TrialOrder variant(String host, int block, String variant) {
    return new TrialOrder(
        "%s/c/%04d-%s".formatted(host, block, variant),
        host,
        "c",
        block,
        0,
        variant,
        variant,
        false,
        "exec",
        Map.of(),
        "compact",
        List.of(0),
        "local",
        1,
        1,
        1,
        0,
        true);
  }

  /** A trial.json that the results can be computed from. */
  static String trialJson(TrialOrder order, String status) {
    return """
    {"schema":"slablab/trial/1","id":"%s","host":"%s","cell":"%s","block":%d,"position":%d,\
    "variant":"%s","status":"%s","iterations":[{"durationNs":1000,"ops":10}],"warnings":[]}
    """
        .formatted(
            order.id(),
            order.host(),
            order.cell(),
            order.block(),
            order.position(),
            order.variant(),
            status);
  }
}
