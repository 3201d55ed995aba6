package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.DebugObjects;
import io.slablab.allocator.debug.DebugObjectsReport;
import io.slablab.allocator.debug.DebugReport;
import io.slablab.allocator.debug.KasanReport;
import io.slablab.allocator.debug.KfenceReport;
import io.slablab.allocator.debug.KmemleakReport;
import io.slablab.allocator.debug.ObjectDescr;
import io.slablab.allocator.debug.SlubDebugReport;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.slub.SlabError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A defect of each kind that a feature is for, and whether it was reported as what it is, where it
 * is.
 */
final class PlantedBugs {
  private static final int PAGE = PageAllocator.PAGE_BYTES;

  /** In the head of every object, outside of what any constructor makes. */
  private static final int FIELD = 40;

  /** Objects that are in use while another one is lost: more than a slab holds. */
  private static final int LIVE = 100;

  private final MatrixRun run;
  private final Map<String, Boolean> found = new LinkedHashMap<>();

  private PlantedBugs(MatrixRun run) {
    this.run = run;
  }

  /** By kind, whether it was found. */
  static Map<String, Boolean> plant(DebugFeature feature, MatrixRun run) {
    PlantedBugs bugs = new PlantedBugs(run);
    switch (feature) {
      case SLUB_DEBUG -> bugs.slubDebug();
      case KASAN -> bugs.kasan();
      case KMEMLEAK -> bugs.kmemleak();
      case DEBUG_OBJECTS -> bugs.debugObjects();
      case KFENCE -> bugs.kfence();
    }
    return bugs.found;
  }

  /** An object, with what its making made a feature say forgotten. */
  private long fresh() {
    long object = run.get();
    run.debug().reports().clear();
    return object;
  }

  private <R extends DebugReport> void expect(Class<R> type, String kind, Predicate<R> is) {
    found.put(kind, run.debug().reports().of(type).stream().anyMatch(is));
    run.debug().reports().clear();
  }

  // ---- SLUB_DEBUG ----

  /** A write to a free object shows where free objects are poisoned: not in constructed ones. */
  private void slubDebug() {
    long object = run.get();
    validate();
    run.debug().reports().clear();
    run.memory().putByte(object + run.cache().geometry().objectSize(), (byte) 1);
    validate();
    expectSlab(SlubDebugReport.overwritten(SlabError.Region.RIGHT_RED_ZONE));
    run.memory().putByte(object - 1, (byte) 1);
    validate();
    expectSlab(SlubDebugReport.overwritten(SlabError.Region.LEFT_RED_ZONE));
    run.cache().free(run.cpu, object + 8);
    validate();
    expectSlab("invalid pointer");
    run.put(object);
    run.cache().free(run.cpu, object);
    validate();
    expectSlab("object freed twice");
    if (!run.life.type().form().constructed()) {
      run.memory().putByte(object + FIELD, (byte) 1);
      validate();
      expectSlab(SlubDebugReport.overwritten(SlabError.Region.POISON));
    }
  }

  private void validate() {
    run.cache().validate(run.cpu);
    run.debug().takeSlabErrors(run.cpu);
  }

  private void expectSlab(String kind) {
    expect(SlubDebugReport.class, kind, report -> report.kindName().equals(kind));
  }

  // ---- KASAN ----

  private void kasan() {
    long object = fresh();
    long end = object + run.cache().geometry().objectSize();
    run.memory().putByte(end, (byte) 1);
    expectKasan(KasanReport.Kind.SLAB_OUT_OF_BOUNDS, end);
    run.cache().free(run.cpu, object + 8);
    expectKasan(KasanReport.Kind.INVALID_FREE, object + 8);
    run.put(object);
    run.memory().getLong(object + FIELD);
    expectKasan(KasanReport.Kind.SLAB_USE_AFTER_FREE, object + FIELD);
    run.cache().free(run.cpu, object);
    expectKasan(KasanReport.Kind.DOUBLE_FREE, object);
    run.pool.trim(run.cpu);
    run.debug().reports().clear();
    run.memory().getLong(object + FIELD);
    expectKasan(KasanReport.Kind.USE_AFTER_FREE, object + FIELD);
  }

  private void expectKasan(KasanReport.Kind kind, long address) {
    expect(
        KasanReport.class,
        kind.word(),
        report -> report.kind() == kind && report.address() == address);
  }

  // ---- KMEMLEAK ----

  /** Among live objects, some of them used by another CPU too, which nobody may take for lost. */
  private void kmemleak() {
    List<Long> live = Stream.generate(run::get).limit(LIVE).toList();
    run.onOther(other -> live.forEach(object -> run.life.use().by(other, object)));
    run.put(run.get());
    long lost = run.get();
    scan(live);
    List<Long> reported =
        run.debug().reports().of(KmemleakReport.class).stream()
            .filter(report -> report.kind() == KmemleakReport.Kind.OBJECT)
            .map(KmemleakReport::address)
            .toList();
    found.put(KmemleakReport.Kind.OBJECT.word(), reported.equals(List.of(lost)));
    run.debug().reports().clear();
    run.put(lost);
    long area = run.stack.areas().alloc(run.cpu, 48, 8, Gfp.GFP_KERNEL);
    scan(live);
    expectKmemleak(KmemleakReport.Kind.PERCPU_AREA, area);
  }

  private void scan(List<Long> live) {
    run.debug().kmemleak().orElseThrow().scan(run.cpu, live);
  }

  private void expectKmemleak(KmemleakReport.Kind kind, long address) {
    expect(
        KmemleakReport.class,
        kind.word(),
        report -> report.kind() == kind && report.address() == address);
  }

  // ---- DEBUG_OBJECTS ----

  private void debugObjects() {
    DebugObjects tracker = run.debug().debugObjects().orElseThrow();
    ObjectDescr timer = new ObjectDescr("timer", (_, _) -> {});
    long object = fresh();
    long at = object + FIELD;
    tracker.deactivate(run.cpu, at, timer);
    expectState(DebugObjectsReport.Kind.DEACTIVATE_INACTIVE, at);
    tracker.activate(run.cpu, at, timer);
    tracker.activate(run.cpu, at, timer);
    expectState(DebugObjectsReport.Kind.ACTIVATE_ACTIVE, at);
    tracker.init(run.cpu, at, timer);
    expectState(DebugObjectsReport.Kind.INIT_ACTIVE, at);
    tracker.activate(run.cpu, at, timer);
    run.put(object);
    run.pool.trim(run.cpu);
    expectState(DebugObjectsReport.Kind.FREE_ACTIVE, at);
  }

  private void expectState(DebugObjectsReport.Kind kind, long address) {
    expect(
        DebugObjectsReport.class,
        kind.words(),
        report -> report.kind() == kind && report.object() == address);
  }

  // ---- KFENCE ----

  private void kfence() {
    long object = fresh();
    boolean atStart = object % PAGE == 0;
    long guard = (object & -PAGE) - 1;
    run.memory().getByte(guard);
    expectKfence(KfenceReport.Kind.OUT_OF_BOUNDS, guard);
    run.cache().free(run.cpu, object + 8);
    expectKfence(KfenceReport.Kind.INVALID_FREE, object + 8);
    long beside = atStart ? object + run.cache().geometry().objectSize() : object - 1;
    run.memory().putByte(beside, (byte) 1);
    run.put(object);
    expectKfence(KfenceReport.Kind.CORRUPTION, beside);
    run.memory().getLong(object + FIELD);
    expectKfence(KfenceReport.Kind.USE_AFTER_FREE, object + FIELD);
    run.cache().free(run.cpu, object);
    expectKfence(KfenceReport.Kind.DOUBLE_FREE, object);
  }

  private void expectKfence(KfenceReport.Kind kind, long address) {
    expect(
        KfenceReport.class,
        kind.words(),
        report -> report.kind() == kind && report.address() == address);
  }
}
