package io.slablab.coordinator.cli;

import io.slablab.coordinator.deploy.HostCheck;
import io.slablab.coordinator.deploy.HostCheck.Checked;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.HostPattern;
import io.slablab.coordinator.inventory.Inventory;
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
import picocli.CommandLine.Spec;

/** Looks at every host of an inventory. */
@Command(
    name = "check",
    description = {
      "Log in on all hosts at once and show what a campaign would find there:",
      "key, JDK, disk, clock, privileges, topology, agents. Changes nothing."
    })
final class InventoryCheckCommand implements Callable<Integer> {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description =
          "Inventory, an Ansible YAML file (default: inventory.yaml; without it, this machine).")
  @Nullable Path inventory;

  @Option(
      names = "--hosts",
      paramLabel = "PATTERN",
      defaultValue = Inventory.ALL,
      description = "Hosts to check (default: ${DEFAULT-VALUE}).")
  private String pattern = Inventory.ALL;

  @Option(
      names = "--accept-new",
      description = "Take and keep the keys of servers that known_hosts has no line for.")
  private boolean acceptNew;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, InterruptedException {
    List<Host> hosts = hosts(inventory, pattern);
    List<Checked> checked;
    try (SshLogins logins = SshLogins.open(Path.of(System.getProperty("user.home")), acceptNew)) {
      checked = HostCheck.check(hosts, logins);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? CheckedHosts.json(checked) : CheckedHosts.table(checked));
    out.flush();
    return checked.stream().allMatch(Checked::usable) ? ExitCode.OK : ExitCode.INFRASTRUCTURE;
  }

  /** The hosts that a pattern selects in an inventory. */
  static List<Host> hosts(@Nullable Path inventory, String pattern) throws UserError {
    Path file = inventory == null ? CampaignInput.DEFAULT_INVENTORY : inventory;
    InventoryReader.Result read =
        InventoryReader.read(file.toString(), CampaignInput.inventoryText(inventory));
    if (!read.problems().isEmpty()) {
      throw UserError.invalid(
          read.problems().stream().map(Problem::render).collect(Collectors.joining("\n")));
    }
    return switch (HostPattern.select(read.inventory().orElseThrow(), pattern)) {
      case HostPattern.Refused refused -> throw UserError.invalid(refused.render());
      case HostPattern.Selected(var hosts) -> hosts;
    };
  }
}
