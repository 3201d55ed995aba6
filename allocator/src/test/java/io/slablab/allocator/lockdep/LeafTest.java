package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.Report.LeafWithIrqsOn;
import io.slablab.allocator.lockdep.Report.UnderLeaf;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockClass.Kind;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leaves and their levels. */
class LeafTest {
  private static final int NONE = LockClass.NOT_LEAF;

  private static void nest(LockdepFixture f, SpinLock outer, SpinLock inner) {
    outer.lockIrqsave(f.cpu);
    inner.lockIrqsave(f.cpu);
    inner.unlockIrqrestore(f.cpu);
    outer.unlockIrqrestore(f.cpu);
  }

  private static SpinLock lock(LockdepFixture f, String name, int level) {
    return level == NONE ? f.spin(name) : f.leaf(name, level);
  }

  /** T-LD-15: a leaf with interrupts on, from the beginning or since. */
  @Test
  void leafWithInterruptsOn() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock leaf = f.leaf("leaf", 0);
      leaf.lockIrqsave(f.cpu);
      leaf.unlockIrqrestore(f.cpu);
      f.irqsOff(() -> {
        leaf.lock(f.cpu);
        leaf.unlock(f.cpu);
      });
      f.cpu.interrupt(cpu -> {
        leaf.lock(cpu);
        leaf.unlock(cpu);
      });
      assertThat(f.reports()).isEmpty();
      SpinLock early = f.leaf("early", 0);
      early.lock(f.cpu);
      early.unlock(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(LeafWithIrqsOn.class);
      SpinLock late = f.leaf("late", 0);
      f.irqsOff(() -> late.lock(f.cpu));
      late.unlock(f.cpu);
      assertThat(f.reports()).hasSize(2).allMatch(LeafWithIrqsOn.class::isInstance);
    }
  }

  /** T-LD-16, T-LD-17: what may be taken under what; -1 is no leaf. */
  @ParameterizedTest
  @CsvSource({
    "-1, -1, true",
    "-1, 0, true",
    "-1, 3, true",
    "0, -1, false",
    "2, -1, false",
    "1, 0, true",
    "2, 0, true",
    "0, 0, false",
    "1, 1, false",
    "0, 1, false"
  })
  void levels(int outer, int inner, boolean allowed) {
    try (LockdepFixture f = LockdepFixture.full()) {
      nest(f, lock(f, "outer", outer), lock(f, "inner", inner));
      assertThat(f.reports()).hasSize(allowed ? 0 : 1).allMatch(UnderLeaf.class::isInstance);
    }
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      nest(f, lock(f, "outer", outer), lock(f, "inner", inner));
      assertThat(f.reports()).as("a matter of the full level").isEmpty();
    }
  }

  @Test
  @DisplayName("T-LD-16: what is tried counts as well; an RCU reader is no lock")
  void triedUnderALeaf() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock leaf = f.leaf("leaf", 0);
      SpinLock other = f.spin("other");
      leaf.lockIrqsave(f.cpu);
      f.cpu.begin(Section.RCU_READER);
      f.cpu.end(Section.RCU_READER);
      assertThat(f.reports()).isEmpty();
      assertThat(other.tryLock(f.cpu)).isTrue();
      assertThat(f.reports()).singleElement().isInstanceOf(UnderLeaf.class);
    }
  }

  @Test
  @DisplayName("T-LD-16: no allocator under a leaf, even if it need not wait")
  void allocationUnderALeaf() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock plain = f.spin("plain");
      plain.lockIrqsave(f.cpu);
      f.cpu.mightAlloc(Gfp.GFP_ATOMIC);
      plain.unlockIrqrestore(f.cpu);
      assertThat(f.reports()).isEmpty();
      SpinLock leaf = f.leaf("leaf", 0);
      leaf.lockIrqsave(f.cpu);
      f.cpu.mightAlloc(Gfp.GFP_ATOMIC);
      assertThat(f.reports()).singleElement().isInstanceOf(UnderLeaf.class);
      assertThat(f.reports().getFirst().text()).contains("wants an allocator under leaf");
    }
  }

  /**
   * T-LD-30: the strictness audit. The classes are those of the allocators: declared otherwise,
   * they would be refused here.
   */
  @ParameterizedTest
  @CsvSource({
    "pcpu_lock, 0, BASELINE",
    "percpu_counters_lock, 1, BASELINE",
    "pcpu_depot_lock, 0, REGION_CACHE",
    "group_cache_lock, 0, GROUP_CACHE_4"
  })
  void auditedLeaves(String name, int level, Variant user) {
    try (LockdepFixture f = LockdepFixture.full()) {
      AllocatorStack stack =
          AllocatorStack.of(f.machine, StackConfig.checked(4096).forVariant(user));
      user.open(f.cpu, stack, MmStruct.of(f.cpu, stack, user.form(), false));
      assertThat(f.machine.lockStats()).extracting(LockStats::name).contains(name);
      f.lockdep.map(LockClass.leaf(name, Kind.SPIN_IRQSAVE, level)); // refuses another level
      nest(f, f.leaf(name, level), f.spin("pool->lock"));
      nest(f, f.leaf(name, level), f.spin("list_lock"));
      assertThat(f.reports()).hasSize(2).allMatch(UnderLeaf.class::isInstance);
    }
  }
}
