package io.slablab.allocator.machine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a watch is told, and when. */
class WatchedCpuTest {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final List<String> told = new ArrayList<>();

  private final CpuWatch watch =
      new CpuWatch() {
        @Override
        public void mightAlloc(Cpu cpu, int gfp) {
          told.add("alloc " + Gfp.blocking(gfp));
        }

        @Override
        public void mightSleep(Cpu cpu) {
          told.add("sleep");
        }

        @Override
        public void begin(Cpu cpu, Section section) {
          told.add("begin " + section + (cpu.irqsOff() ? " irqs off" : ""));
        }

        @Override
        public void end(Cpu cpu, Section section) {
          told.add("end " + section);
        }
      };

  @BeforeEach
  void watch() {
    machine.watch(watch);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void interruptsNestInSoftirqsAndWork() {
    Cpu cpu = machine.enter(1);
    cpu.queue(new Work("w", worker -> worker.softirq(s -> s.interrupt(_ -> told.add("here")))));
    cpu.poll();
    assertThat(told)
        .containsExactly(
            "begin WORK",
            "begin SOFTIRQ",
            "begin HARDIRQ irqs off",
            "here",
            "end HARDIRQ",
            "end SOFTIRQ",
            "end WORK");
    machine.leave(cpu);
  }

  @Test
  void anInterruptCannotComeWhileTheyAreOff() {
    Cpu cpu = machine.enter(0);
    cpu.irqOff();
    assertThatThrownBy(() -> cpu.interrupt(_ -> {})).hasMessageContaining("cpu=0");
    cpu.irqOn();
    assertThat(told).isEmpty();
    machine.leave(cpu);
  }

  @Test
  void aSectionEndsWhateverHappensInIt() {
    Cpu cpu = machine.enter(0);
    assertThatThrownBy(() ->
            cpu.interrupt(_ -> {
              throw new IllegalStateException("inside");
            }))
        .hasMessage("inside");
    assertThat(told).containsExactly("begin HARDIRQ irqs off", "end HARDIRQ");
    assertThat(cpu.irqsOff()).isFalse();
    machine.leave(cpu);
  }

  @Test
  void reclaimIsASectionUnlessTheTaskMustStayOutOfFileSystems() {
    PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
    List<Integer> asked = new ArrayList<>();
    pages.setReclaimer((_, _, gfp) -> {
      asked.add(gfp & Gfp.GFP_KERNEL);
      return 0;
    });
    Cpu cpu = machine.enter(0);
    while (pages.alloc(cpu, 0, Gfp.NOWARN | Gfp.MEMALLOC, 0) != 0) {
      told.clear();
    }
    told.clear();
    int[] scopes = {0, Cpu.PF_MEMALLOC_NOFS, Cpu.PF_MEMALLOC_NOIO};
    for (int scope : scopes) {
      cpu.setTaskFlags(scope);
      assertThat(pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.NORETRY, 0)).isZero();
    }
    cpu.setTaskFlags(0);
    assertThat(asked).containsExactly(Gfp.GFP_KERNEL, Gfp.GFP_NOFS, Gfp.GFP_NOIO);
    assertThat(told)
        .containsExactly("alloc true", "begin RECLAIM", "end RECLAIM", "alloc true", "alloc true");
    machine.leave(cpu);
  }

  @Test
  void aMachineInUseOrWatchedTakesNoWatch() {
    assertThatThrownBy(() -> machine.watch(watch)).hasMessageContaining("watched already");
    Machine used = HostMachine.of(HostConfig.uniform(1, 1));
    Cpu cpu = used.enter(0);
    assertThatThrownBy(() -> used.watch(watch)).hasMessageContaining("cpu=0");
    used.leave(cpu);
    used.close();
  }
}
