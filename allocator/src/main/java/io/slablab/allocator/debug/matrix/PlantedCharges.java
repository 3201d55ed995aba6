package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a group pays for too long, and a group that wants more than it may have. */
final class PlantedCharges {
  private static final int AREA_BYTES = 48;
  private static final long PAGE_BYTES = 4096;
  private static final int LIMIT_PAGES = 4;
  private static final int MOST = 4096;
  private static final int GFP = Gfp.GFP_KERNEL_ACCOUNT;

  private final MatrixRun run;
  private final Map<String, Boolean> found = new LinkedHashMap<>();

  private PlantedCharges(MatrixRun run) {
    this.run = run;
  }

  /** Objects of tc_actions come from a general cache: nobody is charged for them. */
  static Map<String, Boolean> plant(MatrixRun run) {
    PlantedCharges charges = new PlantedCharges(run);
    run.hogged.takeUncharged();
    charges.areaKept();
    charges.areasBeyondTheLimit();
    if (run.life.type().cache().account()) {
      charges.objectKept();
      charges.objectsBeyondTheLimit();
    }
    return charges.found;
  }

  private ObjCgroup join(long limitPages) {
    ObjCgroup group = new ObjCgroup(run.stack.machine(), limitPages);
    run.stack.percpu().setCgroup(run.cpu, group);
    return group;
  }

  /** The group pays for an area that its user forgot, on every CPU. */
  private void areaKept() {
    ObjCgroup group = join(PAGE_BYTES);
    long area = run.stack.areas().alloc(run.cpu, AREA_BYTES, 8, GFP);
    boolean pays = group.usedBytes() >= (long) AREA_BYTES * run.stack.machine().possibleCpus();
    run.stack.areas().free(run.cpu, area);
    found.put("area kept", pays && group.usedBytes() == 0);
  }

  private void areasBeyondTheLimit() {
    ObjCgroup group = join(LIMIT_PAGES);
    List<Long> areas = new ArrayList<>();
    long area = run.stack.areas().alloc(run.cpu, AREA_BYTES, 8, GFP);
    while (area != 0 && areas.size() < MOST) {
      areas.add(area);
      area = run.stack.areas().alloc(run.cpu, AREA_BYTES, 8, GFP);
    }
    boolean refused = area == 0 && isAtLimit(group, !areas.isEmpty());
    areas.forEach(each -> run.stack.areas().free(run.cpu, each));
    found.put("areas beyond the limit", refused && group.usedBytes() == 0);
  }

  /** An object that never comes back: its group pays for it, whoever's slab it lies in. */
  private void objectKept() {
    join(PAGE_BYTES);
    run.put(run.get()); // the slab is another group's
    ObjCgroup group = join(PAGE_BYTES);
    long object = run.get();
    boolean pays = group.usedBytes() >= run.objectCharge();
    run.put(object);
    found.put("object kept", pays && group.usedBytes() == 0);
  }

  /** Refused lives leave no charge behind, and others go on. */
  private void objectsBeyondTheLimit() {
    ObjCgroup group = join(LIMIT_PAGES);
    List<Long> objects = new ArrayList<>();
    long object = run.pool.get(run.cpu, Gfp.GFP_KERNEL);
    while (object != 0 && objects.size() < MOST) {
      objects.add(object);
      object = run.pool.get(run.cpu, Gfp.GFP_KERNEL);
    }
    boolean refused = object == 0 && isAtLimit(group, !objects.isEmpty());
    objects.forEach(run::put);
    found.put("objects beyond the limit", refused && group.usedBytes() == 0);
  }

  private static boolean isAtLimit(ObjCgroup group, boolean granted) {
    return granted && group.usedBytes() <= LIMIT_PAGES * PAGE_BYTES;
  }
}
