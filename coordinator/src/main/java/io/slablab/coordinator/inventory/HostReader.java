package io.slablab.coordinator.inventory;

import io.slablab.agent.topology.CpuList;
import io.slablab.suites.yaml.YamlMap;
import io.slablab.suites.yaml.YamlValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a host of its variables. */
final class HostReader {
  private static final List<String> CONNECTIONS = List.of("local", "ssh");

  private HostReader() {}

  static Host host(String name, Map<String, YamlValue> variables) {
    Map<String, String> vars = new TreeMap<>();
    variables.forEach((key, value) -> {
      if (!key.equals("slablab") && value.isScalar()) {
        value.text("").ifPresent(text -> vars.put(key, text));
      }
    });
    Ours ours = ours(Optional.ofNullable(variables.get("slablab")));
    return new Host(name, connection(name, variables), ours.reserveCpus(), ours.java(), vars);
  }

  /** Ansible's rule: ssh unless said otherwise, but localhost is local. */
  private static Host.Connection connection(String name, Map<String, YamlValue> variables) {
    YamlValue value = variables.get("ansible_connection");
    if (value == null) {
      return name.equals("localhost") ? Host.Connection.LOCAL : Host.Connection.SSH;
    }
    return value.word("a connection", CONNECTIONS).filter("local"::equals).isPresent()
        ? Host.Connection.LOCAL
        : Host.Connection.SSH;
  }

  /** Our variables. */
  private record Ours(String reserveCpus, Optional<String> java) {}

  private static Ours ours(Optional<YamlValue> slablab) {
    Optional<YamlMap> map =
        slablab.filter(v -> !v.isNull()).flatMap(v -> v.map("write {reserve_cpus: \"0\"}"));
    if (map.isEmpty()) {
      return new Ours("", Optional.empty());
    }
    String reserved =
        map.get()
            .get("reserve_cpus")
            .flatMap(v ->
                v.parse(text -> CpuList.parse(text).toString(), "write a CPU list as \"0-1,8\""))
            .orElse("");
    Optional<String> java =
        map.get().get("java").flatMap(v -> v.text("write the JDK's folder on that host"));
    map.get()
        .get("simulated")
        .ifPresent(v -> v.problem("simulated hosts are not available in this version", ""));
    map.get().close();
    return new Ours(reserved, java);
  }
}
