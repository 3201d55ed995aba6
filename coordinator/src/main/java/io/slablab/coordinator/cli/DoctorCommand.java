package io.slablab.coordinator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.plan.ToldConditions;
import io.slablab.coordinator.report.DoctorText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what will make a host noisy, and what would do. */
@Command(name = "doctor", description = "List what will make a host noisy, each with its fix.")
final class DoctorCommand implements Callable<Integer> {
  private static final Path THIS_MACHINE = Path.of("/");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(
      paramLabel = "HOST",
      arity = "0..1",
      description = "Host of the inventory, or a pattern of hosts (default: this machine).")
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

  @Option(names = "--json", description = "Print the conditions as JSON, a line for each host.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException, InterruptedException {
    if (host == null && inventory != null) {
      throw misuse("--inventory needs a HOST that stands in it");
    }
    if (host != null && !root.equals(THIS_MACHINE)) {
      throw misuse("HOST and --root exclude each other: a recorded machine is no host");
    }
    if (!Files.isDirectory(root)) {
      throw UserError.invalid(root + ": no such directory");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (host == null) {
      String name = root.equals(THIS_MACHINE) ? "this machine" : root.toString();
      out.print(text(name, ConditionsProbe.below(root)));
    } else {
      List<Host> hosts = InventoryCheckCommand.hosts(inventory, host);
      List<String> conditions = ConditionsProbe.of(hosts);
      for (int i = 0; i < hosts.size(); i++) {
        out.print(text(hosts.get(i).name(), conditions.get(i)));
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private String text(String name, String conditions) throws IOException {
    return json
        ? json(name, conditions)
        : DoctorText.render(name, ToldConditions.parse(conditions), Terminal.colour());
  }

  private static String json(String name, String conditions) throws IOException {
    ObjectNode all = JSON.createObjectNode().put("host", name);
    all.setAll((ObjectNode) JSON.readTree(conditions));
    return JSON.writeValueAsString(all) + "\n";
  }

  private ParameterException misuse(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
