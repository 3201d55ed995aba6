package io.slablab.coordinator.verdict;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a gains.json must hold to be shown: a person may have edited it, or another version. */
final class GainsCheck {
  private GainsCheck() {}

  /** The first thing that is wrong, in words. */
  static Optional<String> problem(@Nullable Gains gains) {
    if (gains == null || !Gains.SCHEMA.equals(gains.schema())) {
      String found = gains == null ? "" : String.valueOf(gains.schema());
      return Optional.of(
          "its schema is '" + found + "', and this version reads '" + Gains.SCHEMA + "'");
    }
    if (lacks(gains.cells(), gains.settings(), gains.families(), gains.overall(), gains.notes())) {
      return Optional.of("a field is missing");
    }
    return gains.cells().stream().map(GainsCheck::cell).flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> cell(Gains.@Nullable Cell cell) {
    if (cell == null
        || lacks(cell.id(), cell.host(), cell.workload(), cell.params(), cell.placement())
        || lacks(cell.baseline(), cell.gains(), cell.trials(), cell.warnings())) {
      return Optional.of("a field of a cell is missing");
    }
    return Stream.concat(cell.gains().stream(), cell.controls().stream())
        .map(row -> row(cell, row))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> row(Gains.Cell cell, Gains.@Nullable Row row) {
    if (row == null
        || lacks(row.variant(), row.metric(), row.unit(), row.verdict())
        || lacks(row.warnings(), row.drift(), row.flags(), row.points())) {
      return Optional.of("a field of a gain of " + cell.id() + " is missing");
    }
    return numbers(row).stream().filter(Objects::nonNull).allMatch(Double::isFinite)
        ? Optional.empty()
        : Optional.of("a number of " + cell.id() + ", " + row.metric() + " is not finite");
  }

  private static List<@Nullable Double> numbers(Gains.Row row) {
    return Arrays.asList(
        row.baseline(),
        row.treatment(),
        row.gain(),
        row.low(),
        row.high(),
        row.mde(),
        row.sdLog(),
        row.pValue(),
        row.pAdjusted(),
        row.ratioOfMeans());
  }

  private static boolean lacks(@Nullable Object... fields) {
    return Arrays.stream(fields).anyMatch(Objects::isNull);
  }
}
