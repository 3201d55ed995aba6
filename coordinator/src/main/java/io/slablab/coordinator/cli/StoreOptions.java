package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.index.CampaignIndex;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.StoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which index of campaigns to use. */
final class StoreOptions {
  private static final String VARIABLE = "SLABLAB_STORE";

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "Index of campaigns, sqlite:FILE or postgresql://HOST/DATABASE (default:"
              + " $SLABLAB_STORE, else runs/index.db). A password comes from PGPASSWORD or"
              + " ~/.pgpass.")
  @Nullable String store;

  /** The one that was named; empty where nobody named one. */
  Optional<StoreLocation> named() throws UserError {
    String url = store == null ? System.getenv(VARIABLE) : store;
    if (url == null || url.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(StoreLocation.parse(url));
    } catch (IllegalArgumentException e) {
      throw new UserError(
          ExitCode.USAGE_OR_INTERNAL,
          "slablab: " + (store == null ? "$" + VARIABLE : "--store") + ": " + e.getMessage());
    }
  }

  StoreLocation location() throws UserError {
    return named().orElseGet(() -> new StoreLocation.Sqlite(StoreLocation.DEFAULT));
  }

  /** For commands that are about the index: without it there is nothing to do. */
  CampaignIndex open() throws UserError {
    StoreLocation location = location();
    if (isMissing(location)) {
      throw UserError.invalid(
          "slablab: there is no index of campaigns at "
              + location
              + " yet; a run makes one, and so does 'slablab reindex'");
    }
    try {
      return CampaignIndex.open(location);
    } catch (IndexTrouble e) {
      throw trouble(e);
    }
  }

  /** Whether there is no index, and nobody asked for one that is elsewhere than a file. */
  boolean isMissing() throws UserError {
    return isMissing(location());
  }

  /** Who only looks leaves no file behind. */
  private static boolean isMissing(StoreLocation location) {
    return location instanceof StoreLocation.Sqlite(Path file) && !Files.exists(file);
  }

  /**
   * The run directory of what a user named: a folder, or a campaign of the index by its run key, id
   * or label.
   */
  Path runDirectory(Path named) throws UserError {
    if (Files.exists(named) || isMissing(location())) {
      return named;
    }
    try {
      return open().find(named.toString()).map(row -> Path.of(row.directory())).orElse(named);
    } catch (IndexTrouble e) {
      throw trouble(e);
    }
  }

  static UserError trouble(IndexTrouble e) {
    return new UserError(
        ExitCode.INFRASTRUCTURE,
        "slablab: the index of campaigns cannot be used: "
            + e.getMessage()
            + "\n    run directories are whole; 'slablab reindex' makes it anew");
  }
}
