package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.imported.CampaignCsv;
import io.slablab.coordinator.store.imported.ForeignCampaign;
import io.slablab.coordinator.store.imported.ImportedRun;
import io.slablab.coordinator.store.imported.JmhResults;
import io.slablab.coordinator.store.imported.NotImportable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a run of another harness's results. */
@Command(
    name = "import",
    description = {
      "Make a run directory of another harness's results and print its gains.",
      "DIR holds cells.csv, trials.csv and design.json.",
      "Results of JMH (-rf json) come one file per variant:",
      "    slablab import --variant base=old.json --variant new=new.json",
      "or with the variants as values of a parameter:",
      "    slablab import results.json --param impl"
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..*",
      description = "Folder of a campaign in CSV; with --param, result files of JMH.")
  private List<Path> sources = List.of();

  @Option(
      names = "--variant",
      paramLabel = "NAME=FILE",
      description = "Result file of JMH that holds this variant; the first is the baseline.")
  private Map<String, Path> variants = new LinkedHashMap<>();

  @Option(
      names = "--param",
      paramLabel = "NAME",
      description = "Parameter of JMH whose values are the variants.")
  @Nullable String param;

  @Option(
      names = "--baseline",
      paramLabel = "NAME",
      description = "Variant of JMH that the others are compared with (default: the first).")
  @Nullable String baseline;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "Name of the host that JMH ran on (default: ${DEFAULT-VALUE}).")
  private String host = "imported";

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description = "Name of the suite (default: the CSV's campaign, else jmh).")
  @Nullable String suite;

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      description = "A name for the run, kept in its manifest.")
  @Nullable String label;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When it was measured, as 2026-02-03T04:05:06Z (default: now).")
  @Nullable Instant at;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Run directory; must not exist or be empty (default: runs/SUITE/TIME-ID).")
  @Nullable Path out;

  @Option(names = "--json", description = "Print gains.json instead of the table.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException {
    store.named(); // a wrong one shows now, not at the end
    ForeignCampaign campaign = campaign();
    String name = suite == null ? campaign.name().isEmpty() ? "imported" : campaign.name() : suite;
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 6);
    Instant measured = (at == null ? Instant.now() : at).truncatedTo(ChronoUnit.SECONDS);
    RunDirectory run = create(name, measured, id);
    new ImportedRun(campaign, id, name, label, measured.toString(), Version.text()).write(run);
    spec.commandLine().getErr().println("slablab: imported into " + run.root());
    int exitCode = new Results(run, Optional.empty()).writeAndPrint(spec.commandLine(), json);
    new IndexUpdate(run, store, spec.commandLine().getErr()).end();
    return exitCode;
  }

  private ForeignCampaign campaign() throws UserError {
    try {
      if (!variants.isEmpty()) {
        return ofFiles();
      }
      if (param != null) {
        return ofParam(param);
      }
      if (sources.size() != 1) {
        throw usage("name one folder with cells.csv, trials.csv and design.json");
      }
      if (!Files.isDirectory(sources.getFirst())) {
        throw UserError.invalid(
            sources.getFirst()
                + ": no such folder"
                + (Files.exists(sources.getFirst())
                    ? "; results of JMH need --variant or --param"
                    : ""));
      }
      return CampaignCsv.read(sources.getFirst());
    } catch (NotImportable e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    }
  }

  private ForeignCampaign ofFiles() throws UserError, NotImportable {
    if (!sources.isEmpty() || param != null) {
      throw usage("--variant names its file itself: without DIR and --param");
    }
    String first = variants.keySet().iterator().next();
    return JmhResults.ofFiles(variants, baseline == null ? first : baseline, host);
  }

  private ForeignCampaign ofParam(String name) throws UserError, NotImportable {
    if (sources.isEmpty()) {
      throw usage("--param needs result files of JMH");
    }
    return JmhResults.ofParam(sources, name, baseline, host);
  }

  private static UserError usage(String what) {
    return new UserError(
        ExitCode.USAGE_OR_INTERNAL, "slablab: " + what + "\nsee 'slablab import --help'");
  }

  private RunDirectory create(String name, Instant measured, String id)
      throws UserError, IOException {
    if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
      throw UserError.invalid(
          "slablab: the suite's name '"
              + name
              + "' has more than letters, digits, dots, dashes and underscores; give --suite NAME");
    }
    RunDirectory run =
        out == null
            ? RunDirectory.defaultFor(Path.of("runs"), name, measured, id)
            : new RunDirectory(out);
    try {
      run.create();
      return run;
    } catch (RunDirectory.Unusable e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    }
  }
}
