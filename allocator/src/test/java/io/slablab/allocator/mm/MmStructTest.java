package io.slablab.allocator.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AreaSource;
import io.slablab.allocator.pool.FrontEnd;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MmStructTest {
  private static final int CPUS = 4;
  private static final int GFP = Gfp.GFP_KERNEL;

  private TestStack test = TestStack.of(CPUS);
  private Cpu cpu = test.enter(0);

  private void rebuildFor(Variant variant) {
    close();
    test = TestStack.of(CPUS, variant);
    cpu = test.enter(0);
  }

  @AfterEach
  void close() {
    test.leave(cpu);
    test.close();
  }

  private MmStruct type(Variant variant) {
    if (variant.areas() != AreaSource.PERCPU || variant.frontEnd() != FrontEnd.CPU_SLABS) {
      rebuildFor(variant);
    }
    return MmStruct.of(cpu, test.stack, variant.form(), false);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void aNewMmIsZeroedInitialisedAndListed(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    long mm = pool.get(cpu, GFP);
    assertThat(test.stack.memory().getInt(mm + MmLayout.USERS)).isEqualTo(1);
    assertThat(test.stack.memory().getInt(mm + MmLayout.NR_CPUS_ALLOWED)).isEqualTo(CPUS);
    assertThat(test.stack.memory().getLong(mm + type.layout.mask(1))).isEqualTo(0b1111);
    for (int id = 0; id < CPUS; id++) {
      long mine = test.stack.percpu().address(type.cidArea(mm), id);
      assertThat(test.stack.percpu().memory().getInt(mine + 8)).isEqualTo(-1);
      assertThat(test.stack.percpu().memory().getInt(mine + 12)).isEqualTo(-1);
    }
    assertThat(type.pgdListLength(cpu)).isEqualTo(2);
    pool.put(cpu, mm);
    assertThat(type.pgdListLength(cpu)).isEqualTo(1);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** INV-MM-2: length of the pgd list = live mms and the kernel's own. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyLiveMmIsOnThePgdList(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      if (i % 3 == 2) {
        pool.put(cpu, live.remove(i % live.size()));
      } else {
        live.add(pool.get(cpu, GFP));
      }
      assertThat(type.pgdListLength(cpu)).isEqualTo(live.size() + 1);
    }
    live.forEach(mm -> pool.put(cpu, mm));
    assertThat(type.pgdListLength(cpu)).isEqualTo(1);
    pool.close(cpu);
  }

  /** INV-MM-1. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void countersAreExactAcrossCpusAndZeroAtTheEnd(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    long mm = pool.get(cpu, GFP);
    for (int i = 0; i < 100; i++) {
      type.fault(cpu, mm, MmStruct.FILE_PAGES, 16);
    }
    Cpu other = test.enter(3);
    type.fault(other, mm, MmStruct.ANON_PAGES, 7);
    test.leave(other);
    assertThat(type.rss(cpu, mm, MmStruct.FILE_PAGES)).isEqualTo(1600);
    assertThat(type.rss(cpu, mm, MmStruct.ANON_PAGES)).isEqualTo(7);
    pool.put(cpu, mm);
    assertThat(type.badRssStates()).isZero();
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** 5.3 and 5.6: a child has its parent's plain fields and counts, and everything else anew. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void aForkCopiesWhatIsNotOwned(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    Memory memory = test.stack.memory();
    long parent = pool.get(cpu, GFP);
    type.fault(cpu, parent, MmStruct.FILE_PAGES, 16);
    type.fault(cpu, parent, MmStruct.ANON_PAGES, 300);
    memory.fill(parent + MmLayout.SAVED_AUXV, MmLayout.SAVED_AUXV_BYTES, (byte) 0x5a);
    memory.putLong(parent + type.layout.flags, 0x41);
    long child = pool.get(cpu, GFP);
    long area = type.cidArea(child);
    long pgd = memory.getLong(child + MmLayout.PGD);
    long counters = memory.getLong(type.fbc(child, 0) + 32);

    type.dup(cpu, child, parent);

    assertThat(memory.getByte(child + MmLayout.SAVED_AUXV)).isEqualTo((byte) 0x5a);
    assertThat(memory.getByte(child + MmLayout.SAVED_AUXV + MmLayout.SAVED_AUXV_BYTES - 1))
        .isEqualTo((byte) 0x5a);
    assertThat(memory.getLong(child + type.layout.flags)).isEqualTo(0x41);
    assertThat(memory.getInt(child + MmLayout.USERS)).isEqualTo(1);
    assertThat(memory.getLong(child + MmLayout.MMLIST)).isEqualTo(child + MmLayout.MMLIST);
    assertThat(memory.getLong(child + MmLayout.PGD))
        .isEqualTo(pgd)
        .isNotEqualTo(memory.getLong(parent + MmLayout.PGD));
    assertThat(type.cidArea(child)).isEqualTo(area).isNotEqualTo(type.cidArea(parent));
    assertThat(memory.getLong(type.fbc(child, 0) + 32)).isEqualTo(counters);
    assertThat(type.rss(cpu, child, MmStruct.FILE_PAGES)).isEqualTo(16);
    assertThat(type.rss(cpu, child, MmStruct.ANON_PAGES)).isEqualTo(300);
    pool.put(cpu, parent);
    assertThat(type.rss(cpu, child, MmStruct.ANON_PAGES)).as("its own").isEqualTo(300);
    pool.put(cpu, child);
    assertThat(type.badRssStates()).isZero();
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** T-CD-14. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void aLeakedCountIsCaughtAndDoesNotReachTheNextLife(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    long mm = pool.get(cpu, GFP);
    type.addRss(cpu, mm, MmStruct.SHMEM_PAGES, 3);
    pool.put(cpu, mm);
    assertThat(type.badRssStates()).isEqualTo(1);
    long next = pool.get(cpu, GFP);
    assertThat(next).isEqualTo(mm);
    assertThat(type.rss(cpu, next, MmStruct.SHMEM_PAGES)).isZero();
    pool.put(cpu, next);
    assertThat(type.badRssStates()).isEqualTo(1);
    pool.close(cpu);
  }

  /** 5.4: pgtables_bytes is zero at the end of a life. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void pageTablesGoWithWhatIsMapped(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    long mm = pool.get(cpu, GFP);
    assertThat(type.pgtablesBytes(mm)).isZero();
    type.fault(cpu, mm, MmStruct.ANON_PAGES, 1);
    assertThat(type.pgtablesBytes(mm)).isEqualTo(4096);
    type.fault(cpu, mm, MmStruct.ANON_PAGES, 511);
    assertThat(type.pgtablesBytes(mm)).isEqualTo(4096);
    type.fault(cpu, mm, MmStruct.ANON_PAGES, 1);
    type.fault(cpu, mm, MmStruct.FILE_PAGES, 16);
    assertThat(type.pgtablesBytes(mm)).isEqualTo(3 * 4096);
    pool.put(cpu, mm);
    assertThat(type.nonzeroPgtables()).isZero();
    mm = pool.get(cpu, GFP);
    type.addPgtables(mm, 2);
    pool.put(cpu, mm);
    assertThat(type.nonzeroPgtables()).as("a leak").isEqualTo(1);
    mm = pool.get(cpu, GFP);
    assertThat(type.pgtablesBytes(mm)).as("of the next life").isZero();
    pool.put(cpu, mm);
    assertThat(type.nonzeroPgtables()).isEqualTo(1);
    assertThat(type.badRssStates()).isZero();
    pool.close(cpu);
  }

  /** pcpu_alloc_mutex, pcpu_lock, percpu_counters_lock, fbc->lock: the reference's table. */
  private static List<Long> locksOf(Variant variant) {
    return switch (variant) {
      case BASELINE -> List.of(2L, 4L, 2L, 4L);
      case REGION_CACHE, SCALABLE_PERCPU -> List.of(0L, 0L, 2L, 4L);
      case ONE_BLOCK -> List.of(1L, 2L, 2L, 4L);
      case LAZY_COUNTERS -> List.of(1L, 2L, 0L, 0L);
      case SLABLAB_BEST -> List.of(0L, 0L, 0L, 0L);
      default -> List.of(0L, 0L, 0L, 4L);
    };
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void locksPerLife(Variant variant) {
    int lives = 100;
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    for (int i = 0; i < lives; i++) {
      pool.put(cpu, pool.get(cpu, GFP));
    }
    cpu.poll();
    Map<String, Long> before = test.acquired();
    for (int i = 0; i < lives; i++) {
      pool.put(cpu, pool.get(cpu, GFP));
    }
    Map<String, Long> perLife = new HashMap<>();
    test.acquired()
        .forEach(
            (name, count) -> perLife.put(name, (count - before.getOrDefault(name, 0L)) / lives));
    assertThat(
            List.of(
                perLife.get("pcpu_alloc_mutex"),
                perLife.get("pcpu_lock"),
                perLife.get("percpu_counters_lock"),
                perLife.getOrDefault("fbc->lock", 0L)))
        .isEqualTo(locksOf(variant));
    assertThat(perLife).containsEntry("pgd_lock", 2L);
    pool.close(cpu);
  }

  /** T-CD-3, INV-MM-4. */
  @Test
  void percpuPointersOfAConstructedObjectAreStable() {
    MmStruct type = type(Variant.CTOR_DTOR);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    Map<Long, Long> areas = new HashMap<>();
    for (int round = 0; round < 5; round++) {
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        long mm = pool.get(cpu, GFP);
        live.add(mm);
        Long known = areas.putIfAbsent(mm, type.cidArea(mm));
        assertThat(known == null || known == type.cidArea(mm)).isTrue();
      }
      live.forEach(mm -> pool.put(cpu, mm));
    }
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** T-CD-12. */
  @Test
  void shrinkRunsAllDestructorsOfAnIdleCache() {
    long before = test.stack.percpuBytesInUse();
    MmStruct type = type(Variant.CTOR_DTOR);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      live.add(pool.get(cpu, GFP));
    }
    live.forEach(mm -> pool.put(cpu, mm));
    assertThat(pool.stats().live()).isZero();
    assertThat(pool.stats().idle()).isPositive();
    assertThat(pool.stats().idlePercpuBytes())
        .isEqualTo(pool.stats().idle() * type.percpuBytes() * CPUS);
    assertThat(test.stack.percpuBytesInUse() - before)
        .isEqualTo(pool.stats().constructed() * type.percpuBytes());
    pool.trim(cpu);
    assertThat(pool.stats().constructed()).isZero();
    assertThat(test.stack.percpuBytesInUse()).isEqualTo(before);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** INV-MM-3: no page for the pgd, no area for the ids, no area for the counters. */
  @Test
  void aBaselineLifeThatCannotBeginLeavesNothing() {
    MmStruct type = type(Variant.BASELINE);
    ObjectPool pool = Variant.BASELINE.open(cpu, test.stack, type);
    pool.put(cpu, pool.get(cpu, GFP)); // a slab is there
    test.hogPages(cpu);
    assertThat(pool.get(cpu, GFP)).isZero();
    test.hogAreas(cpu);
    test.freePages(cpu, 1);
    assertThat(pool.get(cpu, GFP)).isZero();
    test.freeAreas(cpu, 1);
    assertThat(pool.get(cpu, GFP)).isZero();
    assertThat(type.pgdListLength(cpu)).isEqualTo(1);
    test.freeAreas(cpu, 1);
    long mm = pool.get(cpu, GFP);
    assertThat(mm).isNotZero();
    assertThat(pool.stats().failedGets()).isEqualTo(3);
    pool.put(cpu, mm);
    test.freeHogged(cpu);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** A slab of mms: areas for some of its objects are not enough for one. */
  @Test
  void aSlabThatCannotBeConstructedLeavesNothing() {
    MmStruct type = type(Variant.CTOR_DTOR);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    test.hogAllBut(cpu, 2);
    for (int free = 0; free < 3; free++) {
      assertThat(pool.get(cpu, GFP)).isZero();
      assertThat(pool.stats().constructed()).isZero();
      assertThat(type.pgdListLength(cpu)).isEqualTo(1);
      test.freeAreas(cpu, 1);
    }
    test.freeHogged(cpu);
    long mm = pool.get(cpu, GFP);
    assertThat(mm).isNotZero();
    pool.put(cpu, mm);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  @Test
  void aConstructedLifeWithoutPgdLeavesTheObjectConstructed() {
    MmStruct type = type(Variant.CTOR_DTOR);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    long mm = pool.get(cpu, GFP);
    long area = type.cidArea(mm);
    pool.put(cpu, mm);
    test.hogPages(cpu);
    assertThat(pool.get(cpu, GFP)).isZero();
    test.freeHogged(cpu);
    assertThat(pool.get(cpu, GFP)).isEqualTo(mm);
    assertThat(type.cidArea(mm)).isEqualTo(area);
    pool.put(cpu, mm);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** T-CD-11: the charge follows the user of the object, not who built the slab. */
  @Test
  void theUserOfAnObjectIsCharged() {
    ObjCgroup builder = new ObjCgroup(test.stack.machine(), 1000);
    ObjCgroup user = new ObjCgroup(test.stack.machine(), 1000);
    test.hogFirstChunk(cpu);
    MmStruct type = type(Variant.CTOR_DTOR);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    test.stack.percpu().setCgroup(cpu, builder);
    pool.put(cpu, pool.get(cpu, GFP));
    assertThat(builder.usedBytes()).isZero();
    test.stack.percpu().setCgroup(cpu, user);
    long mm = pool.get(cpu, GFP);
    assertThat(user.usedBytes()).isEqualTo(objectCharge(type) + 16 * CPUS + 32);
    assertThat(builder.usedBytes()).isZero();
    test.stack.percpu().setCgroup(cpu, null);
    pool.put(cpu, mm);
    assertThat(user.usedBytes()).isZero();
    test.freeHogged(cpu);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** The stride of a constructed mm and the entry that remembers its payer. */
  private static long objectCharge(MmStruct type) {
    int behind = Long.BYTES; // the free pointer
    return (type.layout.bytes + behind + 63 & -64) + Long.BYTES;
  }

  /** INV-MM-5: what N lives in several groups were charged is zero when all have ended. */
  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"GROUP_CACHE_4", "GROUP_CACHE_8"},
      mode = EnumSource.Mode.EXCLUDE)
  void nothingIsChargedWhenAllLivesHaveEnded(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    List<ObjCgroup> groups = new ArrayList<>();
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ObjCgroup group = new ObjCgroup(test.stack.machine(), 1000);
      groups.add(group);
      test.stack.percpu().setCgroup(cpu, group);
      live.add(pool.get(cpu, GFP));
      assertThat(group.usedBytes()).isGreaterThanOrEqualTo(type.layout.bytes);
      if (i % 3 == 2) {
        pool.put(cpu, live.removeFirst());
      }
    }
    test.stack.percpu().setCgroup(cpu, null);
    live.forEach(mm -> pool.put(cpu, mm));
    assertThat(groups).allSatisfy(group -> assertThat(group.usedBytes()).isZero());
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void aLifeOverTheGroupsLimitLeavesNothing(Variant variant) {
    MmStruct type = type(variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    test.stack.percpu().setCgroup(cpu, new ObjCgroup(test.stack.machine(), 0));
    assertThat(pool.get(cpu, GFP)).isZero();
    assertThat(type.pgdListLength(cpu)).isEqualTo(1);
    test.stack.percpu().setCgroup(cpu, null);
    pool.put(cpu, pool.get(cpu, GFP));
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** The series as posted frees on a failed charge what its constructor owns. */
  @Test
  void faithfulLosesTheIdAreaWhenTheChargeFails() {
    MmStruct type = MmStruct.of(cpu, test.stack, Variant.CTOR_DTOR.form(), true);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    ObjCgroup onePage = new ObjCgroup(test.stack.machine(), 1);
    assertThat(onePage.charge(cpu, 4096 - objectCharge(type))).isTrue();
    test.stack.percpu().setCgroup(cpu, onePage);
    assertThat(pool.get(cpu, GFP)).isZero();
    test.stack.percpu().setCgroup(cpu, null);
    assertThatThrownBy(() -> pool.get(cpu, GFP))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("without concurrency-id area");
  }

  @Test
  void anMmThatIsStillUsedCannotEnd() {
    MmStruct type = type(Variant.BASELINE);
    ObjectPool pool = Variant.BASELINE.open(cpu, test.stack, type);
    long mm = pool.get(cpu, GFP);
    test.stack.memory().putInt(mm + MmLayout.USERS, 2);
    assertThatThrownBy(() -> pool.put(cpu, mm)).hasMessageContaining("mm_users=2");
    test.stack.memory().putInt(mm + MmLayout.USERS, 1);
    pool.put(cpu, mm);
    pool.close(cpu);
  }

  @Test
  void sizesGrowWithTheCpuMasksOnly() {
    assertThat(new MmLayout(Variant.BASELINE.form(), 1).bytes).isEqualTo(1408);
    assertThat(new MmLayout(Variant.CTOR_DTOR.form(), 256).bytes).isEqualTo(1408);
    assertThat(new MmLayout(Variant.CTOR_DTOR.form(), 512).bytes).isEqualTo(1536);
  }
}
