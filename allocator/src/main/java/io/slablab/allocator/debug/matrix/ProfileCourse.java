package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.AllocProfile.Row;
import io.slablab.allocator.pool.ObjectType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every area of the pool is its type's, whoever came by when it was made. */
final class ProfileCourse extends RowCourse {
  private final Map<String, Long> reports = new TreeMap<>();

  ProfileCourse(MatrixRun run) {
    super(run);
  }

  @Override
  void atRest() {
    if (rows().isEmpty()) {
      count(reports, "no area seen", 1);
    }
    rows().stream()
        .filter(row -> !isOfType(row.site()))
        .forEach(row -> count(reports, "put down to who came by", row.count()));
  }

  private List<Row> rows() {
    return run.debug().profile().orElseThrow().rows();
  }

  /** Whether a site, class and method, lies in the type or what it is built on. */
  private boolean isOfType(String site) {
    String owner = site.substring(0, site.lastIndexOf('.'));
    Class<?> type = run.life.type().getClass();
    while (type != ObjectType.class && !type.getSimpleName().equals(owner)) {
      type = type.getSuperclass();
    }
    return type != ObjectType.class;
  }

  @Override
  Map<String, Long> reports() {
    rows().forEach(row -> count(reports, "live when the pool has ended", row.live()));
    return reports;
  }
}
