package io.slablab.coordinator.store.imported;

import io.slablab.coordinator.store.imported.ForeignCampaign.Cell;
import io.slablab.coordinator.store.imported.ForeignCampaign.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A campaign as three files: cells.csv (cell, host, cores; layout, memory and workload where it has
 * them; other columns are parameters), trials.csv (cell, block, variant, value; position and
 * campaign where it has them; one row per iteration, in order) and design.json.
 */
public final class CampaignCsv {
  private static final Set<String> OWN =
      Set.of("cell", "host", "cores", "layout", "memory", "workload");

  private final CsvDesign design;
  private final Map<String, Cell> cells = new LinkedHashMap<>();
  private final Map<Key, Rows> trials = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Integer>> positions = new LinkedHashMap<>();
  private String name = "";

  private record Key(String cell, int block, String variant) {}

  private record Rows(int position, List<Double> values, Set<Integer> iterations) {}

  private CampaignCsv(CsvDesign design) {
    this.design = design;
  }

  /**
   * @throws NotImportable with file and line
   */
  public static ForeignCampaign read(Path folder) throws NotImportable {
    Path designFile = folder.resolve("design.json");
    Path cellsFile = folder.resolve("cells.csv");
    Path trialsFile = folder.resolve("trials.csv");
    CampaignCsv csv = new CampaignCsv(CsvDesign.read(designFile));
    for (CsvTable.Row row : CsvTable.read(cellsFile, "cell", "host", "cores").rows()) {
      csv.cell(row);
    }
    for (CsvTable.Row row : CsvTable.read(trialsFile, "cell", "block", "variant", "value").rows()) {
      csv.value(row);
    }
    if (csv.trials.isEmpty()) {
      throw new NotImportable(trialsFile, 1, "no trial");
    }
    return new ForeignCampaign(
        csv.name,
        List.of("throughput"),
        csv.design.baseline(),
        csv.design.variants(),
        List.copyOf(csv.cells.values()),
        csv.done(),
        List.of(designFile, cellsFile, trialsFile));
  }

  private void cell(CsvTable.Row row) throws NotImportable {
    String id = row.required("cell");
    String host = row.required("host");
    if (!Names.safe(host)) {
      throw row.trouble("host '" + host + "': letters, digits, dots, dashes and underscores only");
    }
    Cell cell =
        new Cell(
            host,
            id,
            "imported",
            or(row.text("workload"), "imported"),
            Names.params(row, OWN),
            or(row.text("layout"), "unknown"),
            row.whole("cores", 1),
            or(row.text("memory"), "unknown"));
    if (cells.putIfAbsent(id, cell) != null) {
      throw row.trouble("cell '" + id + "' stands twice");
    }
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private void value(CsvTable.Row row) throws NotImportable {
    String id = row.required("cell");
    String variant = row.required("variant");
    if (!cells.containsKey(id)) {
      throw row.trouble("cell '" + id + "' is not in cells.csv");
    }
    if (!design.variants().contains(variant)) {
      throw row.trouble("variant '" + variant + "' is not in design.json");
    }
    name = name.isEmpty() ? row.text("campaign") : name;
    int block = row.whole("block", 0);
    Key key = new Key(id, block, variant);
    Rows rows = trials.get(key);
    if (rows == null) {
      Map<Integer, Integer> seen = positions.computeIfAbsent(id, _ -> new HashMap<>());
      int next = seen.getOrDefault(block, 0);
      seen.put(block, next + 1);
      int position = row.text("position").isEmpty() ? next : row.whole("position", 0);
      rows = new Rows(position, new ArrayList<>(), new HashSet<>());
      trials.put(key, rows);
    }
    if (!row.text("iteration").isEmpty() && !rows.iterations().add(row.whole("iteration", 0))) {
      throw row.trouble("iteration " + row.text("iteration") + " of this trial stands twice");
    }
    rows.values().add(design.rate(row.number("value")));
  }

  private List<Trial> done() {
    List<Trial> all = new ArrayList<>();
    trials.forEach((key, rows) -> {
      Cell cell = cells.get(key.cell());
      double[] values = rows.values().stream().mapToDouble(v -> v).toArray();
      if (cell != null) {
        all.add(
            Trial.of(
                cell,
                key.block(),
                rows.position(),
                key.variant(),
                design.iterations() ? values : Names.mean(values),
                null));
      }
    });
    return all;
  }
}
