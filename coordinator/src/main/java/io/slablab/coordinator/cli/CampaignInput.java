package io.slablab.coordinator.cli;

import io.slablab.agent.placement.PlacementException;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.Topology;
import io.slablab.agent.topology.TopologyException;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.HostPattern;
import io.slablab.coordinator.inventory.Inventory;
import io.slablab.coordinator.inventory.InventoryReader;
import io.slablab.coordinator.plan.PlacementPlaces;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlannedHost;
import io.slablab.coordinator.plan.Planner;
import io.slablab.coordinator.plan.PossibleCpus;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.yaml.Problem;
import io.slablab.suites.yaml.SuiteReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything a campaign is made of, read and checked before anything starts.
 *
 * @param suiteText as in the file
 * @param inventoryText as in the file, or what stands for a missing one
 * @param hosts selected, in stable order
 */
record CampaignInput(
    String suiteText, Suite suite, String inventoryText, List<Host> hosts, Plan plan) {
  /** Far above any suite or inventory, far below what a heap holds. */
  private static final int MOST_BYTES = 1 << 20;

  static final Path DEFAULT_INVENTORY = Path.of("inventory.yaml");
  private static final String THIS_MACHINE =
      "# There was no inventory file: this machine.\n"
          + "all: {hosts: {localhost: {ansible_connection: local}}}\n";

  /**
   * @throws UserError with all problems of suite and inventory
   */
  static CampaignInput load(SuiteOptions options) throws UserError {
    String suiteFile = options.suite.toString();
    String suiteText = read(options.suite);
    SuiteReader.Result suiteRead = SuiteReader.read(suiteFile, suiteText, options.params);
    List<Problem> problems = new ArrayList<>(suiteRead.problems());
    String inventoryText = inventoryText(options.inventory);
    Inventory inventory = inventory(options, inventoryText, problems);
    refuse(problems);
    Suite suite = suiteRead.suite().orElseThrow();
    List<Host> hosts = select(options, inventory, suite, suiteText);
    checkOneMachine(hosts);
    checkJava(hosts);
    long seed = options.seed == null ? suite.design().seed() : options.seed;
    try {
      Plan plan = Planner.plan(suite, planned(hosts, options.acceptNew), seed);
      refuse(PossibleCpus.problems(suiteFile, suiteText, options.params, plan));
      return new CampaignInput(suiteText, suite, inventoryText, hosts, plan);
    } catch (PlacementException e) {
      refuse(PlacementPlaces.problems(suiteFile, suiteText, options.params, e));
      throw new IllegalStateException("a refused placement names a problem", e);
    }
  }

  /** The text of a file that a user named; also of one that is no regular file, as a pipe. */
  static String read(Path file) throws UserError {
    if (file.toString().isEmpty()) {
      throw UserError.invalid("the name of a file is empty");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw UserError.invalid(file + ": more than " + MOST_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IOException e) {
      throw UserError.invalid(file + ": " + FileTrouble.words(e));
    }
  }

  /** Of the file named, or of the one that lies here, or what stands for a missing one. */
  static String inventoryText(@Nullable Path named) throws UserError {
    if (named != null) {
      return read(named);
    }
    return Files.exists(DEFAULT_INVENTORY) ? read(DEFAULT_INVENTORY) : THIS_MACHINE;
  }

  private static Inventory inventory(SuiteOptions options, String text, List<Problem> problems) {
    Path file = options.inventory == null ? DEFAULT_INVENTORY : options.inventory;
    InventoryReader.Result read = InventoryReader.read(file.toString(), text);
    problems.addAll(read.problems());
    return read.inventory().orElseGet(Inventory::localOnly);
  }

  private static void refuse(List<Problem> problems) throws UserError {
    if (!problems.isEmpty()) {
      throw UserError.invalid(
          problems.stream().map(Problem::render).collect(Collectors.joining("\n")));
    }
  }

  private static List<Host> select(
      SuiteOptions options, Inventory inventory, Suite suite, String suiteText) throws UserError {
    String pattern = options.hosts == null ? suite.hosts() : options.hosts;
    return switch (HostPattern.select(inventory, pattern)) {
      case HostPattern.Selected(var hosts) -> hosts;
      case HostPattern.Refused refused when options.hosts != null ->
          throw UserError.invalid("--hosts " + pattern + ": " + refused.render());
      case HostPattern.Refused(var what, var hint) ->
          throw UserError.invalid(
              SuiteReader.problemAt(
                      options.suite.toString(), suiteText, options.params, "hosts", what, hint)
                  .render());
    };
  }

  /** Two hosts that are one machine would measure each other. */
  private static void checkOneMachine(List<Host> hosts) throws UserError {
    Map<String, List<Host>> machines =
        hosts.stream()
            .collect(Collectors.groupingBy(Host::machine, TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Host>> machine : machines.entrySet()) {
      List<Host> names = machine.getValue();
      if (names.size() > 1) {
        throw UserError.invalid(
            "hosts "
                + TopologyCommand.names(names)
                + " are all "
                + machine.getKey()
                + ": their trials would disturb one another\n    select one, as --hosts "
                + names.getFirst().name());
      }
    }
  }

  /** For commands that look at this machine only. */
  static void checkLocal(List<Host> hosts) throws UserError {
    List<Host> remote =
        hosts.stream().filter(host -> host.connection() != Host.Connection.LOCAL).toList();
    if (!remote.isEmpty()) {
      throw UserError.invalid(
          "this command looks at local hosts only in this version: "
              + TopologyCommand.names(remote)
              + "\n    'slablab inventory check' asks ssh hosts");
    }
  }

  /** A wrong path shows now, not when agents start one after another and end. */
  private static void checkJava(List<Host> hosts) throws UserError {
    for (Host host : hosts) {
      Path java = Path.of(host.java().orElse("/"), "bin", "java");
      boolean local = host.connection() == Host.Connection.LOCAL;
      if (local && host.java().isPresent() && !Files.isExecutable(java)) {
        throw UserError.invalid(
            "host "
                + host.name()
                + ": "
                + java
                + " cannot be run: slablab.java is no JDK's folder");
      }
    }
  }

  /** This machine is read, others are asked, all at once. */
  private static List<PlannedHost> planned(List<Host> hosts, boolean acceptNew) throws UserError {
    Map<String, Topology> topologies = HostSurvey.topologies(hosts, acceptNew);
    try {
      List<PlannedHost> planned = new ArrayList<>();
      for (Host host : hosts) {
        Topology topology = topologies.get(host.name());
        planned.add(
            new PlannedHost(
                host.name(),
                topology == null ? SysfsTopology.read(Path.of("/")) : topology,
                CpuList.parse(host.reserveCpus())));
      }
      return planned;
    } catch (TopologyException e) {
      throw new UserError(ExitCode.INFRASTRUCTURE, e.place() + ": " + e.what());
    }
  }
}
