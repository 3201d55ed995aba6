package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.Reindex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the index of campaigns anew from run directories. */
@Command(
    name = "reindex",
    description = {
      "Rebuild the index of campaigns from run directories.",
      "A file of SQLite is made anew; runs it knew elsewhere are read again where they are.",
      "In PostgreSQL the runs found are replaced and all others stay."
    })
final class ReindexCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..*",
      description = "Folders that hold run directories, at any depth (default: runs).")
  private List<Path> folders = List.of(Path.of("runs"));

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException {
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw UserError.invalid(folder + ": no such directory");
      }
    }
    Reindex.Outcome outcome;
    try {
      outcome = Reindex.into(store.location(), folders);
    } catch (IndexTrouble e) {
      throw new UserError(
          ExitCode.INFRASTRUCTURE, "slablab: the index cannot be written: " + e.getMessage());
    }
    outcome
        .unreadable()
        .forEach((run, why) ->
            spec.commandLine()
                .getErr()
                .println("slablab: left out " + run + ": " + FileTrouble.of(why)));
    spec.commandLine().getOut().println(outcome.indexed() + " runs indexed in " + store.location());
    return outcome.unreadable().isEmpty() ? ExitCode.OK : ExitCode.INFRASTRUCTURE;
  }
}
