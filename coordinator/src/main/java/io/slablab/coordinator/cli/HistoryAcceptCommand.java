package io.slablab.coordinator.cli;

import io.slablab.coordinator.history.Change;
import io.slablab.coordinator.store.index.CampaignIndex;
import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Closes a change. */
@Command(
    name = "accept",
    description = {
      "Say what a change is. It is kept with name and time, in the index and in the run directory",
      "with which the change begins; the series starts anew there."
    })
final class HistoryAcceptCommand implements Callable<Integer> {
  /** What a change can be. */
  enum Classification {
    regression,
    improvement,
    environment,
    infrastructure,
    accepted
  }

  @Parameters(paramLabel = "CHANGE", description = "Its name in 'slablab history changes'.")
  private String id = "";

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private String reason = "";

  @Option(
      names = "--as",
      paramLabel = "KIND",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Classification classification = Classification.accepted;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who says so (default: the user's name).")
  private String by = System.getProperty("user.name", "unknown");

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException {
    if (reason.isBlank()) {
      throw new UserError(ExitCode.USAGE_OR_INTERNAL, "slablab: --reason: say why");
    }
    CampaignIndex index = store.open();
    Change change = find(index);
    AcceptanceRow said = change.acceptance();
    if (said != null) {
      throw UserError.invalid(
          "slablab: change %s was accepted by %s at %s: %s"
              .formatted(id, said.acceptedBy(), said.acceptedAt(), said.reason()));
    }
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      index.accept(
          change.accepted(classification.name(), reason, by, now),
          Path.of(change.night().directory()));
    } catch (IndexTrouble e) {
      throw StoreOptions.trouble(e);
    }
    spec.commandLine()
        .getOut()
        .println(
            "change %s: %s; its series starts anew with %s"
                .formatted(id, classification, change.night().run()));
    return ExitCode.OK;
  }

  private Change find(CampaignIndex index) throws UserError {
    List<Change> changes =
        SeriesOptions.search(index, new Series(null, null, null, null, null)).changes();
    return changes.stream()
        .filter(change -> change.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            UserError.invalid(
                "slablab: no change '" + id + "'; 'slablab history changes' names them"));
  }
}
