package io.slablab.coordinator.cli;

import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.Topology;
import io.slablab.agent.topology.TopologyException;
import io.slablab.agent.topology.TopologyJson;
import io.slablab.agent.topology.TopologyText;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.HostPattern;
import io.slablab.coordinator.inventory.InventoryReader;
import io.slablab.suites.yaml.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a host's sockets, nodes, caches and cores. */
@Command(name = "topology", description = "Show sockets, NUMA nodes, caches and cores of a host.")
final class TopologyCommand implements Callable<Integer> {
  private static final Path THIS_MACHINE = Path.of("/");

  @Parameters(
      paramLabel = "HOST",
      arity = "0..1",
      description = "Host of the inventory (default: this machine).")
  @Nullable String host;

  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "Inventory that HOST stands in.")
  @Nullable Path inventory;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Read a recorded machine: DIR holds its sys/ and proc/.")
  private Path root = THIS_MACHINE;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    if (host == null && inventory != null) {
      throw misuse("--inventory needs a HOST that stands in it");
    }
    if (host != null && !root.equals(THIS_MACHINE)) {
      throw misuse("HOST and --root exclude each other: a recorded machine is no host");
    }
    if (host != null) {
      host(host, inventory);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println((json ? TopologyJson.print(read()) : TopologyText.render(read())).stripTrailing());
    return ExitCode.OK;
  }

  private Topology read() throws UserError {
    try {
      return SysfsTopology.read(root);
    } catch (TopologyException e) {
      throw UserError.invalid(e.place() + ": " + e.what());
    }
  }

  private ParameterException misuse(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /**
   * The host that a user named.
   *
   * @param inventory null for the one that lies here
   */
  static Host host(String name, @Nullable Path inventory) throws UserError {
    Path file = inventory == null ? CampaignInput.DEFAULT_INVENTORY : inventory;
    InventoryReader.Result read =
        InventoryReader.read(file.toString(), CampaignInput.inventoryText(inventory));
    if (!read.problems().isEmpty()) {
      throw UserError.invalid(
          read.problems().stream().map(Problem::render).collect(Collectors.joining("\n")));
    }
    return switch (HostPattern.select(read.inventory().orElseThrow(), name)) {
      case HostPattern.Selected(var hosts) when hosts.size() == 1 -> {
        CampaignInput.checkLocal(hosts);
        yield hosts.getFirst();
      }
      case HostPattern.Selected(var hosts) ->
          throw UserError.invalid(
              "'" + name + "' is " + hosts.size() + " hosts: " + names(hosts) + "; name one");
      case HostPattern.Refused refused -> throw UserError.invalid(refused.render());
    };
  }

  /** For messages of other commands. */
  static String names(List<Host> hosts) {
    return hosts.stream().map(Host::name).collect(Collectors.joining(", "));
  }
}
