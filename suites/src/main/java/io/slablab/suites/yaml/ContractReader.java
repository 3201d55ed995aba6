package io.slablab.suites.yaml;

import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.HostCheck;
import java.util.List;
import java.util.Optional;

/** Reads {@code [governor, load]} or {@code {checks: [governor], steal: 1%, reruns: 2}}. */
final class ContractReader {
  static final int MOST_RERUNS = 100;

  private static final String SHAPE = "write [governor, load], or {checks: [governor], steal: 1%}";
  private static final String PERCENT = "write a share as 1% or 0.01";

  private ContractReader() {}

  static Optional<Contract> read(YamlValue value) {
    if (value.isList()) {
      return Optional.of(
          new Contract(checks(value), Contract.STEAL, Contract.FOREIGN, Contract.RERUNS, true));
    }
    Optional<YamlMap> map = value.map(SHAPE);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    List<HostCheck> checks = map.get().get("checks").map(ContractReader::checks).orElse(List.of());
    double steal = share(map.get(), "steal", Contract.STEAL);
    double foreign = share(map.get(), "foreign", Contract.FOREIGN);
    int reruns =
        map.get()
            .get("reruns")
            .flatMap(v -> v.parse(Numbers.integer(0, MOST_RERUNS), "write a count"))
            .orElse(Contract.RERUNS);
    map.get().close();
    return Optional.of(new Contract(checks, steal, foreign, reruns, true));
  }

  private static List<HostCheck> checks(YamlValue value) {
    return SuiteReader.distinct(
        value,
        SHAPE,
        item -> item.word("a check of hosts", HostCheck.ids()).flatMap(HostCheck::byId));
  }

  private static double share(YamlMap map, String key, double otherwise) {
    return map.get(key).flatMap(v -> v.parse(Numbers::share, PERCENT)).orElse(otherwise);
  }
}
