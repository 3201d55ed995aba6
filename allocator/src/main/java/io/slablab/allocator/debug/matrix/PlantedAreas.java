package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.AllocProfile.Row;
import io.slablab.allocator.page.Gfp;
import java.util.List;
import java.util.Map;

/** Users that ask for per-CPU areas as nobody should, among the lives of a pool. */
final class PlantedAreas {
  private static final int LIVES = 64;
  private static final int BYTES = 48;
  private static final int ROUNDED_BYTES = 64;

  private final MatrixRun run;

  private PlantedAreas(MatrixRun run) {
    this.run = run;
  }

  static Map<String, Boolean> plant(MatrixRun run) {
    PlantedAreas users = new PlantedAreas(run);
    users.forget();
    users.churn();
    return Map.of(
        "area kept", users.isSeen("PlantedAreas.forget", 1, 1),
        "area per life", users.isSeen("PlantedAreas.churn", LIVES, 0));
  }

  private boolean isSeen(String site, long count, long live) {
    List<Row> rows = run.debug().profile().orElseThrow().rows();
    return rows.stream()
        .filter(row -> row.site().equals(site))
        .anyMatch(
            row -> row.bytes() == ROUNDED_BYTES && row.count() == count && row.live() == live);
  }

  /** The area is found where it was asked for, not where slabs were made. */
  private void forget() {
    long object = run.get();
    run.stack.areas().alloc(run.cpu, BYTES, 8, Gfp.GFP_KERNEL);
    run.put(object);
  }

  private void churn() {
    for (int i = 0; i < LIVES; i++) {
      long object = run.get();
      long area = run.stack.areas().alloc(run.cpu, BYTES, 8, Gfp.GFP_KERNEL);
      run.stack.areas().free(run.cpu, area);
      run.put(object);
    }
  }
}
