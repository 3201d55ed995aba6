package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of /sys/kernel/slab: what they say and what may be written to them. */
@Timeout(60)
class SlabAttributesTest {
  private static final List<String> SLUB_STATS =
      List.of(
          "alloc_fastpath",
          "alloc_slowpath",
          "free_fastpath",
          "free_slowpath",
          "free_frozen",
          "free_add_partial",
          "free_remove_partial",
          "alloc_from_partial",
          "alloc_slab",
          "alloc_refill",
          "alloc_node_mismatch",
          "free_slab",
          "cpuslab_flush",
          "deactivate_full",
          "deactivate_empty",
          "deactivate_to_head",
          "deactivate_to_tail",
          "deactivate_remote_frees",
          "deactivate_bypass",
          "order_fallback",
          "cmpxchg_double_cpu_fail",
          "cmpxchg_double_fail",
          "cpu_partial_alloc",
          "cpu_partial_free",
          "cpu_partial_node",
          "cpu_partial_drain");

  private final Machine machine = HostMachine.of(HostConfig.uniform(4, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private final Cpu cpu = machine.enter(0);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private Slub slub(SlubConfig config) {
    return new Slub(machine, pages, config);
  }

  private static SlabAttributes only(Slub slub) {
    assertThat(slub.attributes()).hasSize(1);
    return slub.attributes().getFirst();
  }

  @Test
  void aCacheThatMayHaveAliasesHasAUniqueIdAndLinks() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    KmemCacheArgs reclaimable = KmemCacheArgs.NONE.withFlags(SlabFlags.RECLAIM_ACCOUNT);
    KmemCache cache = slub.create(cpu, "dentry", 192, reclaimable);
    assertThat(slub.create(cpu, "dentry_too", 190, reclaimable)).isSameAs(cache);
    SlabAttributes attributes = only(slub);
    assertThat(attributes.directory()).isEqualTo(":a-0000192");
    assertThat(attributes.links()).containsExactly("dentry", "dentry_too");
    assertThat(attributes.text("aliases")).isEqualTo("1");
    assertThat(attributes.text()).startsWith("dentry -> :a-0000192\ndentry_too -> :a-0000192\n");
  }

  @ParameterizedTest
  @CsvSource({"0,:0000192", "2,:A-0000192", "6,:aA-0000192"})
  void letters(int flags, String id) {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    slub.create(cpu, "c", 192, KmemCacheArgs.NONE.withFlags(flags));
    assertThat(only(slub).directory()).isEqualTo(id);
  }

  @Test
  void aCacheThatNeverMergesHasItsName() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    slub.create(cpu, "c", 192, KmemCacheArgs.NONE.withCtor((_, _, _) -> 0).withDtor((_, _) -> {}));
    SlabAttributes attributes = only(slub);
    assertThat(attributes.directory()).isEqualTo("c");
    assertThat(attributes.links()).isEmpty();
    assertThat(attributes.text("ctor")).isEqualTo(getClass().getName());
    assertThat(attributes.text("dtor")).isEqualTo(getClass().getName());
  }

  @Test
  void figuresHaveTheirNodesAndCpus() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    int perSlab = cache.geometry().objects();
    long[] here = new long[3 * perSlab];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, here.length, here);
    cache.free(cpu, here[0]); // of a full slab: this CPU's first partial slab
    machine.leave(cpu);
    Cpu far = machine.enter(3);
    long there = cache.alloc(far, Gfp.GFP_KERNEL);
    assertThat(there).isNotZero();
    machine.leave(far);
    machine.enter(0);
    SlabAttributes attributes = only(slub);
    assertThat(attributes.text("slabs")).isEqualTo("4 N0=3 N1=1");
    assertThat(attributes.text("cpu_slabs")).isEqualTo("3 N0=2 N1=1");
    assertThat(attributes.text("total_objects"))
        .isEqualTo("%d N0=%d N1=%d", 4 * perSlab, 3 * perSlab, perSlab);
    assertThat(attributes.text("objects")).isEqualTo(attributes.text("total_objects"));
    assertThat(attributes.text("partial")).isEqualTo("0");
    assertThat(attributes.text("slabs_cpu_partial"))
        .isEqualTo("%d(1) C0=%d(1)", perSlab / 2, perSlab / 2);
    assertThat(attributes.text("alloc_slab")).isEqualTo("4 C0=3 C3=1");
    assertThat(attributes.text("cpu_partial_free")).isEqualTo("1 C0=1");
    assertThat(attributes.parts().get("alloc_slab")).isEqualTo(Map.of("C0", 3L, "C3", 1L));
    assertThat(attributes.text("slab_size")).isEqualTo("256");
    assertThat(attributes.text("min_partial")).isEqualTo("5");
    assertThat(attributes.text("remote_node_defrag_ratio")).isEqualTo("100");
  }

  @Test
  void everyEventOfTheKernelAndOfTheModelHasItsFile() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    SlabAttributes attributes = only(slub);
    assertThat(SLUB_STATS).hasSize(26).allMatch(attributes.figures()::containsKey);
    assertThat(attributes.figures())
        .containsKeys(
            "ctor_calls", "ctor_fail", "dtor_calls", "dtor_deferred", "slab_alloc_fail_ctor");
    assertThatThrownBy(() -> attributes.text("no_such_file")).hasMessageContaining("no_such_file");
  }

  @Test
  void partialSlabsOnNodesCountTheirObjects() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    int perSlab = cache.geometry().objects();
    long[] objects = new long[2 * perSlab];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    cache.free(cpu, objects[0]);
    cache.free(cpu, objects[1]);
    SlabAttributes attributes = only(slub);
    assertThat(attributes.text("partial")).isEqualTo("1 N0=1");
    assertThat(attributes.text("objects_partial")).isEqualTo("%d N0=%d", perSlab - 2, perSlab - 2);
    assertThat(attributes.text("objects")).isEqualTo("%d N0=%d", 2 * perSlab - 2, 2 * perSlab - 2);
    assertThat(attributes.text("cpu_partial")).isEqualTo("0");
    assertThat(attributes.text("slabs_cpu_partial")).isEqualTo("0(0)");
  }

  @Test
  void minPartialDecidesWhatANodeKeeps() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    slub.store(cpu, cache, "min_partial", "3\n");
    long[] objects = new long[6 * cache.geometry().objects()];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    Arrays.stream(objects).forEach(object -> cache.free(cpu, object));
    assertThat(cache.stats().nodePartialSlabs()).isEqualTo(2);
    assertThat(only(slub).text("min_partial")).isEqualTo("3");
  }

  @Test
  void cpuPartialIsWrittenOnlyWhereThereIsOne() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    slub.store(cpu, cache, "cpu_partial", "0");
    int perSlab = cache.geometry().objects();
    long[] objects = new long[5 * perSlab];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    for (int slab = 0; slab < 4; slab++) {
      cache.free(cpu, objects[slab * perSlab]);
    }
    assertThat(cache.stats().cpuPartialSlabs()).isEqualTo(1);
    cache.verify();
    slub.store(cpu, cache, "cpu_partial", "100");
    assertThat(cache.stats().cpuPartialSlabs()).as("writing flushes").isZero();
    assertThat(only(slub).text("cpu_partial")).isEqualTo("100");
    Slub without = slub(SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));
    KmemCache none = without.create(cpu, "c", 256, KmemCacheArgs.NONE);
    without.store(cpu, none, "cpu_partial", "0");
    assertThatThrownBy(() -> without.store(cpu, none, "cpu_partial", "1"))
        .hasMessageStartingWith("EINVAL");
  }

  @ParameterizedTest
  @CsvSource({
    "min_partial,-1,EINVAL",
    "min_partial,many,EINVAL",
    "remote_node_defrag_ratio,101,ERANGE",
    "shrink,0,EINVAL",
    "validate,1,EINVAL",
    "validate,0,EINVAL",
    "alloc_slab,1,EINVAL",
    "ctor_calls,0,EACCES",
    "order,1,EACCES",
    "slabs,0,EACCES"
  })
  void whatMayNotBeWrittenIsRefused(String file, String text, String error) {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    assertThatThrownBy(() -> slub.store(cpu, cache, file, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(error)
        .hasMessageContaining(file);
  }

  @Test
  void actionsAndClearingWork() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.FULL));
    KmemCache cache =
        slub.create(cpu, "c", 256, KmemCacheArgs.NONE.withFlags(SlabFlags.CONSISTENCY_CHECKS));
    cache.free(cpu, cache.alloc(cpu, Gfp.GFP_KERNEL));
    slub.store(cpu, cache, "validate", "1");
    slub.store(cpu, cache, "shrink", "1");
    slub.store(cpu, cache, "remote_node_defrag_ratio", "30");
    assertThat(only(slub).text("slabs")).isEqualTo("0");
    assertThat(only(slub).text("sanity_checks")).isEqualTo("1");
    assertThat(only(slub).text("remote_node_defrag_ratio")).isEqualTo("30");
    assertThat(only(slub).text("alloc_slab")).isEqualTo("1 C0=1");
    slub.store(cpu, cache, "alloc_slab", "0");
    assertThat(only(slub).text("alloc_slab")).isEqualTo("0");
    cache.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(only(slub).text("alloc_slab")).isEqualTo("1 C0=1");
  }

  @Test
  void clearingAFastPathsCounterKeepsTransactionsApart() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    cache.free(cpu, cache.alloc(cpu, Gfp.GFP_KERNEL));
    long tid = cache.cpus[0].tid();
    slub.store(cpu, cache, "free_fastpath", "0");
    assertThat(only(slub).text("free_fastpath")).isEqualTo("0");
    assertThat(cache.cpus[0].tid()).isEqualTo(tid);
  }
}
