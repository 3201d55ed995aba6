package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.store.index.Rows.CampaignRow;
import java.util.List;

/** The list of campaigns, newest first. */
public final class CampaignsText {
  private CampaignsText() {}

  /** Lines that end with a newline each. */
  public static String render(List<CampaignRow> campaigns, int width, boolean colour) {
    if (campaigns.isEmpty()) {
      return "no campaigns in the index; 'slablab reindex' reads run directories\n";
    }
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("run"),
                Column.left("suite"),
                new Column("label", false, 2),
                Column.left("outcome"),
                Column.right("done"),
                Column.right("failed"),
                Column.right("planned"),
                new Column("tool", false, 3),
                new Column("directory", false, 1)));
    for (CampaignRow row : campaigns) {
      grid.row(
          row.outcome().equals("done") ? Style.PLAIN : Style.OPEN,
          List.of(
              Printable.of(row.run()),
              Printable.of(row.suite()),
              Printable.of(row.label()),
              Printable.of(row.outcome()),
              Integer.toString(row.done()),
              row.failed() == 0 ? "" : Integer.toString(row.failed()),
              Integer.toString(row.planned()),
              Printable.of(row.toolVersion()),
              Printable.of(row.directory())));
    }
    return String.join("\n", grid.render(width, colour)) + "\n";
  }
}
