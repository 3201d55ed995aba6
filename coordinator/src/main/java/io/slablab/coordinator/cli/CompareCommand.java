package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.CompareText;
import io.slablab.coordinator.report.GateJson;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.verdict.compare.Compared;
import io.slablab.coordinator.verdict.compare.Comparer;
import io.slablab.coordinator.verdict.compare.HostIdentity.Difference;
import io.slablab.coordinator.verdict.compare.Matching;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Two runs side by side. */
@Command(
    name = "compare",
    description = {
      "Compare two runs cell by cell: other kernel, other commit, other day.",
      "Refused where the hardware differs; what else differs is named."
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "BASE",
      description = "Run directory, or a run of the index.")
  private Path base = Path.of("");

  @Parameters(index = "1", paramLabel = "CAND", description = "Likewise.")
  private Path candidate = Path.of("");

  @Option(names = "--force", description = "Compare runs of unlike hardware all the same.")
  private boolean force;

  @Option(
      names = "--map",
      paramLabel = "HOST=HOST",
      description = "A host of BASE and the one of CAND that stands for it; repeatable.")
  private Map<String, String> hosts = new LinkedHashMap<>();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    RunView before = RunFolders.open(store.runDirectory(base));
    RunView after = RunFolders.open(store.runDirectory(candidate));
    checkHosts(before, hosts.keySet(), "BASE");
    checkHosts(after, hosts.values(), "CAND");
    List<Difference> differences = HostIdentities.differences(before, after, hosts);
    if (!force && differences.stream().anyMatch(Difference::hardware)) {
      throw UserError.invalid(
          differences.stream()
              .filter(Difference::hardware)
              .map(HostIdentities::words)
              .collect(
                  Collectors.joining(
                      "\n    ",
                      "slablab: compare: the runs do not compare: their hosts are of other"
                          + " hardware\n"
                          + "    ",
                      "\n    --force compares them all the same")));
    }
    Matching matching = Matching.of(before.gains(), after.gains(), hosts);
    if (matching.pairs().isEmpty()) {
      throw UserError.invalid(
          "slablab: compare: the runs have no cell in common; --map a=b says which hosts stand for"
              + " one another");
    }
    List<String> notes = new ArrayList<>(differences.stream().map(HostIdentities::words).toList());
    matching.pairs().stream()
        .filter(Matching.Pair::otherCpus)
        .map(pair ->
            "%s/%s: on CPUs %s, before on %s"
                .formatted(
                    pair.candidate().host(),
                    pair.candidate().id(),
                    pair.candidate().placement().cpus(),
                    pair.base().placement().cpus()))
        .forEach(notes::add);
    Compared compared = Comparer.of(before.gains(), after.gains(), matching, notes);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? GateJson.text(compared)
                : CompareText.render(compared, Terminal.columns(), Terminal.colour()));
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private static void checkHosts(RunView view, Iterable<String> names, String which)
      throws UserError {
    for (String name : names) {
      if (view.hosts().stream().noneMatch(host -> host.name().equals(name))) {
        throw UserError.invalid("slablab: compare: --map: " + which + " has no host " + name);
      }
    }
  }
}
