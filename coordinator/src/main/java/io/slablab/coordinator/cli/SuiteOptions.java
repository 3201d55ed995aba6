package io.slablab.coordinator.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What run, plan and validate have in common. */
final class SuiteOptions {
  @Parameters(paramLabel = "SUITE", description = "Suite to read, a YAML file.")
  Path suite = Path.of("");

  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description =
          "Inventory, an Ansible YAML file (default: inventory.yaml; without it, this machine).")
  @Nullable Path inventory;

  @Option(
      names = "--hosts",
      paramLabel = "PATTERN",
      description = "Hosts to use instead of the suite's.")
  @Nullable String hosts;

  @Option(
      names = {"-P", "--param"},
      paramLabel = "KEY=VALUE",
      description = "Overrides a value of the suite, as -P trial.measure=1s; repeatable.")
  Map<String, String> params = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the order instead of the suite's.")
  @Nullable Long seed;

  @Option(
      names = "--accept-new",
      description = "Take and keep the keys of SSH servers that known_hosts has no line for.")
  boolean acceptNew;

  /** What these options put in the place of the suite's own values. */
  Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>();
    params.forEach((key, value) -> overrides.put("-P " + key, value));
    if (hosts != null) {
      overrides.put("--hosts", hosts);
    }
    if (seed != null) {
      overrides.put("--seed", seed.toString());
    }
    return overrides;
  }
}
