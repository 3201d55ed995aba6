package io.slablab.coordinator.store.imported;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.slablab.coordinator.store.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A CSV file with a header line. A row is one line; empty lines count and are skipped. */
record CsvTable(Path file, List<String> columns, List<Row> rows) {
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.TRIM_SPACES)
          .build();

  /** A row and where it stands. */
  static final class Row {
    private final CsvTable table;
    private final int line;
    private final String[] fields;

    Row(CsvTable table, int line, String[] fields) {
      this.table = table;
      this.line = line;
      this.fields = fields;
    }

    /** The field; empty where the file has no such column. */
    String text(String column) {
      int index = table.columns.indexOf(column);
      return index < 0 ? "" : fields[index];
    }

    List<String> columns() {
      return table.columns;
    }

    String required(String column) throws NotImportable {
      String text = text(column);
      if (text.isEmpty()) {
        throw trouble("no " + column);
      }
      return text;
    }

    /** At least {@code least}. */
    int whole(String column, int least) throws NotImportable {
      String text = required(column);
      try {
        int value = Integer.parseInt(text);
        if (value >= least) {
          return value;
        }
      } catch (NumberFormatException _) {
        // told below
      }
      throw trouble(column + " '" + text + "' is not a whole number of at least " + least);
    }

    /** NaN and infinite ones too: what a harness could not measure. */
    double number(String column) throws NotImportable {
      String text = required(column);
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "nan", "na" -> Double.NaN;
        case "inf", "+inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> finite(column, text);
      };
    }

    private double finite(String column, String text) throws NotImportable {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException _) {
        throw trouble(column + " '" + text + "' is not a number");
      }
    }

    NotImportable trouble(String what) {
      return new NotImportable(table.file, line, what);
    }
  }

  /**
   * @param required columns that must be there
   */
  static CsvTable read(Path file, String... required) throws NotImportable {
    List<String[]> lines = lines(file);
    List<String> columns = lines.isEmpty() ? List.of() : Arrays.asList(lines.getFirst());
    for (String column : required) {
      if (!columns.contains(column)) {
        throw new NotImportable(
            file, 1, "no column '" + column + "'; wanted are " + String.join(", ", required));
      }
    }
    CsvTable table = new CsvTable(file, columns, new ArrayList<>());
    for (int i = 1; i < lines.size(); i++) {
      String[] fields = lines.get(i);
      boolean empty = fields.length == 0 || fields.length == 1 && fields[0].isEmpty();
      if (!empty && fields.length != columns.size()) {
        throw new NotImportable(
            file,
            i + 1,
            "fields: " + fields.length + ", columns of the first line: " + columns.size());
      }
      if (!empty) {
        table.rows.add(new Row(table, i + 1, fields));
      }
    }
    return table;
  }

  private static List<String[]> lines(Path file) throws NotImportable {
    List<String[]> lines = new ArrayList<>();
    try (MappingIterator<String[]> rows =
        CSV.readerFor(String[].class).readValues(Files.readString(file))) {
      while (rows.hasNextValue()) {
        lines.add(rows.nextValue());
      }
      return lines;
    } catch (JsonProcessingException e) {
      throw new NotImportable(file, lines.size() + 1, e.getOriginalMessage());
    } catch (IOException e) {
      throw Files.isRegularFile(file)
          ? new NotImportable(file, lines.size() + 1, FileTrouble.words(e))
          : new NotImportable(FileTrouble.of(e));
    }
  }
}
