package io.slablab.coordinator.cli;

import io.slablab.coordinator.history.History;
import io.slablab.coordinator.store.index.CampaignIndex;
import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.store.index.IndexTrouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which series of the history. */
final class SeriesOptions {
  @Parameters(paramLabel = "SUITE", arity = "0..1", description = "Name of a suite (default: all).")
  @Nullable String suite;

  @Option(names = "--host", paramLabel = "HOST", description = "Only this host.")
  @Nullable String host;

  @Option(names = "--cell", paramLabel = "CELL", description = "Only this cell.")
  @Nullable String cell;

  @Option(names = "--variant", paramLabel = "VARIANT", description = "Only this variant.")
  @Nullable String variant;

  @Option(names = "--metric", paramLabel = "METRIC", description = "Only this metric.")
  @Nullable String metric;

  Series series() {
    return new Series(suite, host, cell, variant, metric);
  }

  /** These series with their changes. */
  static History search(CampaignIndex index, Series series) throws UserError {
    try {
      return History.of(index.series(series), index.acceptances());
    } catch (IndexTrouble e) {
      throw StoreOptions.trouble(e);
    }
  }
}
