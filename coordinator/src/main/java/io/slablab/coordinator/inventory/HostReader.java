package io.slablab.coordinator.inventory;

import io.slablab.agent.topology.CpuList;
import io.slablab.suites.yaml.YamlMap;
import io.slablab.suites.yaml.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Makes a host of its variables. */
final class HostReader {
  private static final List<String> CONNECTIONS = List.of("local", "ssh");
  private static final Pattern PATH = Pattern.compile("(/|~/)[A-Za-z0-9_./+-]*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  /** The inventory is kept in every run directory: what stands in it is no secret. */
  private static final Set<String> SECRETS =
      Set.of(
          "ansible_password",
          "ansible_ssh_pass",
          "ansible_ssh_password",
          "ansible_ssh_private_key",
          "ansible_ssh_private_key_passphrase",
          "ansible_become_pass",
          "ansible_become_password",
          "ansible_sudo_pass");

  private final String name;
  private final Map<String, YamlValue> variables;

  private HostReader(String name, Map<String, YamlValue> variables) {
    this.name = name;
    this.variables = variables;
  }

  static Host host(String name, Map<String, YamlValue> variables) {
    return new HostReader(name, variables).host();
  }

  private Host host() {
    refuseSecrets();
    Optional<YamlMap> ours =
        Optional.ofNullable(variables.get("slablab"))
            .filter(v -> !v.isNull())
            .flatMap(v -> v.map("write {reserve_cpus: \"0\"}"));
    Host host =
        new Host(
            name,
            connection(),
            ssh(),
            ours(
                    ours,
                    "reserve_cpus",
                    t -> CpuList.parse(t).toString(),
                    "write a CPU list as \"0-1,8\"")
                .orElse(""),
            ours(ours, "java", HostReader::absolute, "write the JDK's folder on that host"),
            ours(ours, "workdir", HostReader::path, "as /var/tmp/slablab or ~/slablab"),
            ours(ours, "advertise_address", SshWords::host, "a name or an address of that host"),
            ours(ours, "tunnel", HostReader::truth, "write true or false").orElse(false),
            ours.map(HostReader::tags).orElse(List.of()),
            texts());
    ours(ours, "max_parallel_trials", HostReader::one, "write 1");
    ours.ifPresent(HostReader::close);
    return host;
  }

  private static <T> Optional<T> ours(
      Optional<YamlMap> ours, String key, Function<String, T> parser, String hint) {
    return ours.flatMap(map -> map.get(key)).flatMap(value -> value.parse(parser, hint));
  }

  private static void close(YamlMap ours) {
    ours.get("simulated")
        .ifPresent(v -> v.problem("simulated hosts are not available in this version", ""));
    ours.close();
  }

  /** Ansible's rule: ssh unless said otherwise, but localhost is local. */
  private Host.Connection connection() {
    YamlValue value = variables.get("ansible_connection");
    if (value == null) {
      return name.equals("localhost") ? Host.Connection.LOCAL : Host.Connection.SSH;
    }
    return value.word("a connection", CONNECTIONS).filter("local"::equals).isPresent()
        ? Host.Connection.LOCAL
        : Host.Connection.SSH;
  }

  private SshAccess ssh() {
    Optional<SshArguments> arguments =
        variable(
            "ansible_ssh_common_args",
            SshArguments::parse,
            "see 'man ssh'; what stands here is for Ansible too");
    return new SshAccess(
        new SshAccess.Endpoint(
            variable("ansible_user", SshWords::user, ""),
            variable("ansible_host", SshWords::host, "").orElse(name),
            variable("ansible_port", SshWords::port, "").orElse(SshAccess.PORT)),
        arguments.map(SshArguments::jumps).orElse(List.of()),
        variable("ansible_ssh_private_key_file", Function.identity(), "the name of a file")
            .or(() -> arguments.flatMap(SshArguments::identityFile)),
        arguments.flatMap(SshArguments::knownHostsFile),
        arguments.flatMap(SshArguments::connectTimeout));
  }

  /** A variable that is null or empty counts as absent, as Ansible has it. */
  private <T> Optional<T> variable(String key, Function<String, T> parser, String hint) {
    return Optional.ofNullable(variables.get(key))
        .filter(value -> !value.isNull())
        .flatMap(value -> value.parse(parser, hint));
  }

  private void refuseSecrets() {
    variables.forEach((key, value) -> {
      if (SECRETS.contains(key)) {
        value.problem(
            "'" + key + "' is a secret, and every run directory has a copy of its inventory",
            "log in with a key; give Ansible its passwords from a vault");
      }
    });
  }

  private Map<String, String> texts() {
    Map<String, String> vars = new TreeMap<>();
    variables.forEach((key, value) -> {
      if (!key.equals("slablab") && !SECRETS.contains(key) && value.isScalar()) {
        value.text("").ifPresent(text -> vars.put(key, text));
      }
    });
    return vars;
  }

  private static List<String> tags(YamlMap ours) {
    List<String> tags = new ArrayList<>();
    ours.get("tags")
        .map(value -> value.list("a list of words, as [amd, noisy]"))
        .orElse(List.of())
        .forEach(item ->
            item.parse(HostReader::tag, "letters, digits, '_', '.' and '-'").ifPresent(tags::add));
    return tags;
  }

  private static String tag(String text) {
    if (!TAG.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no tag");
    }
    return text;
  }

  private static int one(String text) {
    if (!text.equals("1")) {
      throw new IllegalArgumentException(
          "a host runs one trial at a time: two would disturb each other");
    }
    return 1;
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static String absolute(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("'" + text + "' is no absolute path");
    }
    return path(text);
  }

  /** It becomes part of commands on the host: no blanks, no quotes. */
  private static String path(String text) {
    if (!PATH.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no path from '/' or '~/' of letters, digits and '_./+-'");
    }
    return text;
  }
}
