package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.verdict.compare.HostIdentity;
import io.slablab.coordinator.verdict.compare.HostIdentity.Difference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether the hosts of two runs compare. */
final class HostIdentities {
  private static final int FIELDS_SHOWN = 4;

  private HostIdentities() {}

  /** By name. */
  static Map<String, HostIdentity> of(RunView view) {
    Map<String, HostIdentity> hosts = new LinkedHashMap<>();
    for (RunView.HostView host : view.hosts()) {
      hosts.put(
          host.name(),
          new HostIdentity(
              host.name(),
              host.conditions().getOrDefault("keys", Map.of()),
              host.conditions().getOrDefault("identity", Map.of())));
    }
    return hosts;
  }

  /**
   * The differences of hosts that measured the same cells.
   *
   * @param names the base's hosts to those of the candidate
   */
  static List<Difference> differences(RunView base, RunView candidate, Map<String, String> names) {
    Map<String, HostIdentity> others = of(candidate);
    List<Difference> differences = new ArrayList<>();
    of(base)
        .forEach((name, host) -> {
          HostIdentity other = others.get(names.getOrDefault(name, name));
          if (other != null) {
            Difference difference = host.differenceTo(other);
            if (!difference.none()) {
              differences.add(difference);
            }
          }
        });
    return differences;
  }

  /** One line: which hosts, which parts, which fields. */
  static String words(Difference difference) {
    String hosts =
        difference.base().equals(difference.candidate())
            ? difference.base()
            : difference.base() + " and " + difference.candidate();
    if (difference.parts().contains("unknown")) {
      return hosts + ": the runs do not both tell what the host was";
    }
    List<String> fields = difference.fields();
    String named = String.join("; ", fields.subList(0, Math.min(FIELDS_SHOWN, fields.size())));
    int more = fields.size() - FIELDS_SHOWN;
    return hosts
        + ": another "
        + String.join(", ", difference.parts())
        + (named.isEmpty() ? "" : " (" + named + (more > 0 ? "; and " + more + " more" : "") + ")");
  }
}
