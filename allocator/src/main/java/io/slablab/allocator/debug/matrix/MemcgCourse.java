package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lives are charged to the group of the task that began them, though a task of another group ends
 * half of them; then groups at their limit refuse lives at each of their charges.
 */
final class MemcgCourse extends RowCourse {
  private static final long PAGE_BYTES = 4096;

  private static final int LIVES = 3;

  /** Of the charge of an object, what the areas of one life may take on top. */
  private static final long[] ROOM_BYTES = {0, 16, 64, 256};

  private final List<ObjCgroup> groups = new ArrayList<>();
  private final Map<String, Long> reports = new TreeMap<>();

  MemcgCourse(MatrixRun run) {
    super(run);
  }

  private ObjCgroup group(long limitPages) {
    ObjCgroup group = new ObjCgroup(run.stack.machine(), limitPages);
    groups.add(group);
    return group;
  }

  private void join(Cpu cpu, @Nullable ObjCgroup group) {
    run.stack.percpu().setCgroup(cpu, group);
  }

  @Override
  void begin() {
    run.hogged.takeUncharged();
    join(run.cpu, group(PAGE_BYTES));
  }

  @Override
  void enterOther(Cpu other) {
    join(other, group(PAGE_BYTES));
  }

  @Override
  void atRest() {
    long objectBytes = run.objectCharge();
    refusedWith(0);
    for (long room : ROOM_BYTES) {
      refusedWith(objectBytes + room);
    }
    join(run.cpu, null);
    run.hogged.giveBack();
  }

  /** Refuses a life in a group with so much room, and begins one where there is enough. */
  private void refusedWith(long roomBytes) {
    ObjCgroup tight = group(1);
    tight.charge(run.cpu, PAGE_BYTES - roomBytes);
    join(run.cpu, tight);
    List<Long> lived = new ArrayList<>();
    for (int i = 0; i < LIVES; i++) {
      lived.add(get());
    }
    join(run.cpu, groups.getFirst());
    lived.add(get());
    lived.stream().filter(object -> object != 0).forEach(run::put);
    tight.uncharge(run.cpu, PAGE_BYTES - roomBytes);
  }

  /** As posted, what a refused life left behind cannot begin another one. */
  private long get() {
    try {
      return run.pool.get(run.cpu, Gfp.GFP_KERNEL);
    } catch (NullPointerException e) {
      count(reports, "broken by a refused charge", 1);
      return 0;
    }
  }

  @Override
  Map<String, Long> reports() {
    long left = groups.stream().filter(group -> group.usedBytes() != 0).count();
    count(reports, "charge left", left);
    return reports;
  }
}
