package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two chunks in the region of static variables. */
@Timeout(120)
class PercpuReservedTest {

  private static List<Long> takeAll(PercpuFixture on, int bytes, int gfp) {
    List<Long> areas = new ArrayList<>();
    for (long area = on.percpu.allocReserved(on.cpu, bytes, 4, gfp);
        area != 0;
        area = on.percpu.allocReserved(on.cpu, bytes, 4, gfp)) {
      areas.add(area);
    }
    return areas;
  }

  @ParameterizedTest
  @ValueSource(ints = {Gfp.GFP_KERNEL, Gfp.GFP_ATOMIC})
  @DisplayName("T-PC-12 reserved allocations never spill to a dynamic chunk, nor the other way")
  void reservedAllocationsStayReserved(int gfp) {
    try (PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults())) {
      int spares = on.percpu.stats().emptyPopPages();
      List<Long> areas = takeAll(on, 64, gfp);
      assertThat(areas).hasSize(8192 / 64).allMatch(area -> area >= 221_184 && area < 229_376);
      assertThat(on.percpu.stats().emptyPopPages()).isEqualTo(spares);
      assertThat(on.percpu.stats().nrChunks()).isEqualTo(1);
      on.verify();
      areas.forEach(area -> on.percpu.free(on.cpu, area));
      assertThat(on.percpu.stats().nrCurAlloc()).isZero();
      List<Long> dynamic = on.areas(64, 4096);
      assertThat(dynamic).allMatch(area -> area >= 229_376);
      dynamic.forEach(area -> on.percpu.free(on.cpu, area));
      on.cpu.poll();
      on.verify();
    }
  }

  @Test
  @DisplayName("T-PC-12 without a reserved chunk a reserved request is as any other")
  void withoutAReservedChunkItIsAsAnyOther() {
    try (PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults().withReserved(0))) {
      assertThat(on.percpu.allocReserved(on.cpu, 64, 4, Gfp.GFP_KERNEL)).isEqualTo(221_184);
      assertThat(on.percpu.statsText(on.cpu)).doesNotContain("Reserved Chunk");
      on.verify();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {221_184, 221_188, 222_000, 241_664, 200_004})
  @DisplayName("INV-PC-1 parts of the static region that begin or end inside a page")
  void partsThatAreNotPageAligned(int staticBytes) {
    PercpuConfig config = PercpuConfig.defaults().withStatic(staticBytes).withReserved(8_000);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      on.verify();
      List<Long> reserved = takeAll(on, 8, Gfp.GFP_KERNEL);
      assertThat(reserved).hasSize(1_000).first().isEqualTo((long) staticBytes);
      on.percpu.free(on.cpu, staticBytes - 4);
      on.percpu.free(on.cpu, staticBytes / 4096 * 4096);
      long past = staticBytes + 8_000;
      long first = on.percpu.alloc(on.cpu, 8, 4, Gfp.GFP_KERNEL);
      assertThat(first).isEqualTo(past);
      on.percpu.free(on.cpu, past + 8);
      on.verify();
      reserved.forEach(area -> on.percpu.free(on.cpu, area));
      on.percpu.free(on.cpu, first);
      assertThat(on.percpu.stats().nrCurAlloc()).isZero();
      assertThat(on.percpu.stats().liveBytes()).isZero();
      on.verify();
    }
  }

  @Test
  @DisplayName("T-PC-13 charge and uncharge of an area of the first chunk: true, nothing charged")
  void theFirstChunkIsFree() {
    try (PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults())) {
      Cpu cpu = on.cpu;
      ObjCgroup group = new ObjCgroup(on.machine, 1 << 20);
      on.percpu.setCgroup(cpu, group);
      long dynamic = on.percpu.alloc(cpu, 16, 4, Gfp.GFP_KERNEL_ACCOUNT);
      long reserved = on.percpu.allocReserved(cpu, 16, 4, Gfp.GFP_KERNEL_ACCOUNT);
      for (long area : new long[] {dynamic, reserved}) {
        assertThat(group.usedBytes()).isZero();
        assertThat(on.percpu.charge(cpu, area, 16)).isTrue();
        assertThat(group.usedBytes()).isZero();
        on.percpu.uncharge(cpu, area, 16);
        assertThat(group.usedBytes()).isZero();
        on.percpu.free(cpu, area);
      }
    }
  }

  @Test
  @DisplayName("T-PC-13 charge and uncharge of an area elsewhere pair up exactly")
  void chargesPairUp() {
    try (PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults())) {
      Cpu cpu = on.cpu;
      on.fillFirstChunk();
      ObjCgroup group = new ObjCgroup(on.machine, 1 << 20);
      on.percpu.setCgroup(cpu, group);
      List<Long> areas = on.areas(300, 60);
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < areas.size(); i++) {
          assertThat(on.percpu.charge(cpu, areas.get(i), 60)).isTrue();
          assertThat(group.usedBytes()).isEqualTo((i + 1) * (60L * 8 + 15 * 8));
        }
        for (int i = 0; i < areas.size(); i++) {
          on.percpu.setCgroup(cpu, null);
          on.percpu.uncharge(cpu, areas.get(i), 60);
        }
        assertThat(group.usedBytes()).isZero();
        on.percpu.setCgroup(cpu, group);
      }
      assertThat(on.percpu.charge(cpu, areas.get(0), 60)).isTrue();
      on.percpu.free(cpu, areas.get(0));
      assertThat(group.usedBytes()).as("a free uncharges as well").isZero();
    }
  }
}
