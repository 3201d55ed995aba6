package io.slablab.suites.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.mm.MmKernel;
import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.CoreCount;
import io.slablab.suites.spec.Design;
import io.slablab.suites.spec.Engine;
import io.slablab.suites.spec.HostCheck;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.LayoutSpec;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.Metric;
import io.slablab.suites.spec.Placements;
import io.slablab.suites.spec.Rest;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.TrialTimes;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.spec.WorkloadSpec.ExecSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec.Lifetime;
import io.slablab.suites.spec.WorkloadSpec.TcSpec;
import io.slablab.suites.spec.WorkloadSpec.ThreadSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteReaderTest {
  private static final String SMALL =
      """
      slablab: 1
      name: small
      workloads: [exec, tc]
      variants: [baseline, ctor-dtor]
      placements: {cores: [1]}
      """;

  private static SuiteReader.Result read(String text) {
    return SuiteReader.read("s.yaml", text, Map.of());
  }

  private static String problems(String text) {
    return problems(read(text));
  }

  private static String problems(SuiteReader.Result result) {
    assertThat(result.suite()).isEmpty();
    return String.join("\n", result.problems().stream().map(Problem::render).toList());
  }

  @Test
  void everythingOptionalHasADefault() {
    Suite suite = read(SMALL).suite().orElseThrow();
    assertThat(suite)
        .isEqualTo(
            new Suite(
                1,
                "small",
                "all",
                Engine.AUTO,
                List.of(
                    new ExecSpec(new Rest.None(), 1, 1, 4, 0, 0),
                    new TcSpec(1, 1000, 0, 0, true, new Rest.None(), 0)),
                List.of(VariantSpec.of("baseline"), VariantSpec.of("ctor-dtor")),
                "baseline",
                new Placements(
                    List.of(new LayoutSpec.Compact()),
                    List.of(new CoreCount.Exactly(1)),
                    List.of(MemoryPolicy.LOCAL)),
                new Design(8, 40, 0, 0, 42, false),
                new TrialTimes(2_000_000_000L, 3_000_000_000L, 1_000_000_000L),
                List.of(Metric.THROUGHPUT, Metric.LATENCY_P99, Metric.SYSTEM_TIME),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void blocksAreAddedForATargetAndWithoutOneAreNot() {
    Design none =
        read(SMALL + "design: {blocks: {min: 8, max: 40}}\n").suite().orElseThrow().design();
    assertThat(none.adaptive()).isFalse();
    Design some = read(SMALL + "design: {target: 2%, budget: 2h}\n").suite().orElseThrow().design();
    assertThat(some).isEqualTo(new Design(8, 40, 0.02, 7_200_000_000_000L, 42, false));
    assertThat(some.adaptive()).isTrue();
    Design fixed =
        read(SMALL + "design: {blocks: {min: 8, max: 8}, target: 2%}\n")
            .suite()
            .orElseThrow()
            .design();
    assertThat(fixed.adaptive()).isFalse();
  }

  @Test
  void nullCellsAreAskedForByTheWordThatYamlTakesForNothing() {
    Suite suite = read(SMALL + "design: {null: true}\n").suite().orElseThrow();
    assertThat(suite.design().nullCells()).isTrue();
    assertThat(suite.twin()).isEqualTo("baseline-null");
    assertThat(read(SMALL + "design: {null: false}\n").suite().orElseThrow().design().nullCells())
        .isFalse();
    assertThat(problems(SMALL + "design: {null: maybe}\n")).contains("maybe");
    assertThat(
            problems(
                SMALL.replace("ctor-dtor", "{baseline-null: {design: baseline}}")
                    + "design: {null: true}\n"))
        .contains("'baseline-null', as a variant is", "give that variant another name");
  }

  @Test
  void memoryIsAMetricAndMayBeGated() {
    Suite suite =
        read(SMALL + "metrics: [idle-bytes, peak-bytes]\ngate: {metric: idle-bytes}\n")
            .suite()
            .orElseThrow();
    assertThat(suite.metrics()).containsExactly(Metric.IDLE_BYTES, Metric.PEAK_BYTES);
    assertThat(suite.metrics())
        .allSatisfy(metric -> {
          assertThat(metric.unit()).isEqualTo("B");
          assertThat(metric.higherIsBetter()).isFalse();
        });
    assertThat(suite.gate().orElseThrow().metric()).isEqualTo(Metric.IDLE_BYTES);
  }

  @Test
  void aContractIsAListOfChecksOrAMapWithLimits() {
    assertThat(read(SMALL + "contract: [governor, load]\n").suite().orElseThrow().contract())
        .contains(new Contract(List.of(HostCheck.GOVERNOR, HostCheck.LOAD), 0.01, 0.02, 2, true));
    assertThat(
            read(SMALL + "contract: {steal: 0, foreign: 5%, reruns: 0}\n")
                .suite()
                .orElseThrow()
                .contract())
        .contains(new Contract(List.of(), 0, 0.05, 0, true));
    assertThat(problems(SMALL + "contract: {checks: [governer, load, load], reruns: 101}\n"))
        .contains(
            "'governer' is not a check of hosts",
            "did you mean 'governor'",
            "stands here twice",
            "101 is too large, at most 100");
    assertThat(problems(SMALL + "contract: governor\n")).contains("expected a map");
  }

  @Test
  void aMemoryMetricThatIsNoneIsSpeltOut() {
    assertThat(read(SMALL + "metrics: [idle-byte]\n").problems().toString())
        .contains("'idle-byte' is not a metric")
        .contains("idle-bytes");
  }

  @Test
  void variantsHaveNames() {
    Suite suite =
        read(SMALL.replace("ctor-dtor]", "{a-a: {design: baseline, faithful: true}}]"))
            .suite()
            .orElseThrow();
    assertThat(suite.variants().getLast()).isEqualTo(new VariantSpec("a-a", "baseline", true));
  }

  private static List<VariantSpec> variants(String items) {
    return read(SMALL.replace("[baseline, ctor-dtor]", items)).suite().orElseThrow().variants();
  }

  @Test
  void aVariantsNameShowsWhatChecksIt() {
    List<VariantSpec> variants =
        variants(
            "[baseline, {design: ctor-dtor, slub_debug: FZPU, lockdep: full, debug: [kasan,"
                + " kfence]}, {slow: {design: sheaves, init_on_free: true, faithful: true}},"
                + " {design: sheaves, faithful: true}, {design: sheaves, lockdep: locks, debug:"
                + " [kasan]}, {design: sheaves}]");
    assertThat(variants)
        .containsExactly(
            VariantSpec.of("baseline"),
            new VariantSpec(
                "ctor-dtor+debug",
                "ctor-dtor",
                false,
                new KernelOptions("FZPU", false, false, "full", List.of("kasan", "kfence"))),
            new VariantSpec(
                "slow+init_on_free",
                "sheaves",
                true,
                new KernelOptions("-", false, true, "off", List.of())),
            new VariantSpec("sheaves+faithful", "sheaves", true),
            new VariantSpec(
                "sheaves+lockdep+kasan",
                "sheaves",
                false,
                new KernelOptions("-", false, false, "locks", List.of("kasan"))),
            VariantSpec.of("sheaves"));
    assertThat(
            variants("[baseline, {design: ctor-dtor, lockdep: off, slub_debug: '-', debug: }]")
                .getLast())
        .as("options that set nothing")
        .isEqualTo(VariantSpec.of("ctor-dtor"));
  }

  private static List<WorkloadSpec> workloads(String list) {
    SuiteReader.Result result =
        SuiteReader.read(
            "s.yaml",
            "slablab: 1\n"
                + "name: small\n"
                + "variants: [baseline, ctor-dtor]\n"
                + "placements: {cores: [1]}\n"
                + "workloads: "
                + list
                + "\n",
            Map.of());
    assertThat(result.problems()).isEmpty();
    return result.suite().orElseThrow().workloads();
  }

  /** What is not asked for is no parameter: cells are called what they always were. */
  @Test
  void workloadsTravelWithTheParametersThatAreAskedFor() {
    List<WorkloadSpec> read =
        workloads(
            "[exec, {exec: {mm: v7.0, fork: true}}, {exec: {mm: v6.15, live: 2}}, tc, {tc:"
                + " {estimator: true}}, thread, {thread: {threads: 9, rss-updates: 3, mm: v7.0,"
                + " remote-free: 0.5, live: 7, reuse: 0.1}}]");
    assertThat(read)
        .containsExactly(
            new ExecSpec(new Rest.None(), 1, 1, 4, 0, 0),
            new ExecSpec(new Rest.None(), 1, 1, 4, 0, 0, true, MmKernel.V7_0),
            new ExecSpec(new Rest.None(), 2, 1, 4, 0, 0),
            new TcSpec(1, 1000, 0, 0, true, new Rest.None(), 0),
            new TcSpec(1, 1000, 0, 0, true, new Rest.None(), 0, true),
            new ThreadSpec(new Rest.None(), 1, 1, 4, 4, 0, 0, MmKernel.V6_15),
            new ThreadSpec(new Rest.None(), 7, 0.1, 9, 3, 0.5, 0, MmKernel.V7_0));
    for (WorkloadSpec spec : read) {
      assertThat(WorkloadSpec.of(spec.name(), spec.params())).isEqualTo(spec);
    }
    assertThat(read.get(0).params()).doesNotContainKeys("mm", "fork");
    assertThat(read.get(1).params()).containsEntry("mm", "v7.0");
    assertThat(read.get(3).params()).doesNotContainKey("estimator");
    assertThat(read.get(5).params()).containsEntry("threads", "4").doesNotContainKey("mm");
  }

  @Test
  void aVariantsPercpuAllocatorIsBuiltAsItSays() {
    List<VariantSpec> variants =
        variants(
            "[baseline, {design: baseline, percpu: {static_size: 4096, backing: km, atom_size:"
                + " 4096}}, {low: {design: baseline, percpu: {empty_pop_pages_low: 8,"
                + " empty_pop_pages_high: 8, hint_defect: false}}}]");
    assertThat(variants.stream().map(VariantSpec::id))
        .containsExactly("baseline", "baseline+percpu", "low+percpu");
    assertThat(variants.stream().map(variant -> variant.options().params()))
        .containsExactly(
            Map.of(),
            Map.of("percpu", "atom_size=4096,backing=km,static_size=4096"),
            Map.of("percpu", "empty_pop_pages_high=8,empty_pop_pages_low=8,hint_defect=false"));
    for (VariantSpec variant : variants) {
      assertThat(KernelOptions.of(variant.options().params())).isEqualTo(variant.options());
    }
    assertThat(variants("[baseline, {design: ctor-dtor, percpu: {}}]").getLast())
        .isEqualTo(VariantSpec.of("ctor-dtor"));
  }

  @Test
  void aVariantsMachineIsWhatItSays() {
    List<VariantSpec> variants =
        variants(
            "[baseline, {design: baseline, mutex: fair, numa_fake: 2}, {design: ctor-dtor, mutex:"
                + " spin, numa_fake: 0}]");
    assertThat(variants.get(1).id()).isEqualTo("baseline+numa_fake+mutex");
    assertThat(variants.get(1).options().params())
        .isEqualTo(Map.of("numa_fake", "2", "mutex", "fair"));
    assertThat(KernelOptions.of(variants.get(1).options().params()))
        .isEqualTo(variants.get(1).options());
    assertThat(variants.get(2)).isEqualTo(VariantSpec.of("ctor-dtor"));
    assertThat(
            problems(
                SMALL.replace("ctor-dtor]", "{design: ctor-dtor, mutex: fare, numa_fake: 100}]")))
        .contains(
            "'fare' is not a kind of mutex",
            "known here: spin, sleep, fair",
            "100 is too large, at most 64",
            "nodes, or 0 for the host's");
  }

  @Test
  void thePercpuWorkloadHasItsParameters() {
    String items =
        "[percpu, {percpu: {sizes: 64}}, {percpu: {sizes: [8, 16, 16], align: 64, live: 100, reuse:"
            + " 0.5, lifetime: random, atomic: 10%, account: true, bulk: 8, remote-free: 25%, rest:"
            + " 1us, possible-cpus: 4}}]";
    List<WorkloadSpec> workloads =
        read(SMALL.replace("[exec, tc]", items)).suite().orElseThrow().workloads();
    Rest none = new Rest.None();
    assertThat(workloads)
        .containsExactly(
            new PercpuSpec(List.of(16), 8, 1000, 0, Lifetime.FIXED, 0, false, 1, 0, none, 0),
            new PercpuSpec(List.of(64), 8, 1000, 0, Lifetime.FIXED, 0, false, 1, 0, none, 0),
            new PercpuSpec(
                List.of(8, 16, 16),
                64,
                100,
                0.5,
                Lifetime.RANDOM,
                0.1,
                true,
                8,
                0.25,
                new Rest.Fixed(1000),
                4));
    for (WorkloadSpec workload : workloads) {
      assertThat(WorkloadSpec.of(workload.name(), workload.params())).isEqualTo(workload);
    }
  }

  @Test
  void percpuIsCheckedAsAllElse() {
    String text =
        """
        slablab: 1
        name: small
        workloads:
          - {percpu: {sizes: [16, 40000], align: 12, lifetime: randon}}
          - {percpu: {live: 10000, bulk: 200}}
        variants:
          - baseline
          - {design: one-block, percpu: {backing: mk, static_size: 6, atom_size: 5000}}
          - {design: ctor-dtor, percpu: {empty_pop_pages_low: 5, statik_size: 4}}
          - {design: sheaves, percpu: km}
        placements: {cores: [1]}
        """;
    assertThat(problems(text))
        .isEqualTo(
            """
            s.yaml:4:27: 40000 is too large, at most 32768
                4 |   - {percpu: {sizes: [16, 40000], align: 12, lifetime: randon}}
                  |                           ^ bytes, 1 to 32768
            s.yaml:4:42: 12 is no power of two
                4 |   - {percpu: {sizes: [16, 40000], align: 12, lifetime: randon}}
                  |                                          ^ known here: [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
            s.yaml:4:56: 'randon' is not a kind of lifetime
                4 |   - {percpu: {sizes: [16, 40000], align: 12, lifetime: randon}}
                  |                                                        ^ did you mean 'random'?
            s.yaml:5:34: 10000 batches of 200 areas are too many
                5 |   - {percpu: {live: 10000, bulk: 200}}
                  |                                  ^ live times bulk may be 1000000
            s.yaml:8:43: 'mk' is not where pages of chunks come from
                8 |   - {design: one-block, percpu: {backing: mk, static_size: 6, atom_size: 5000}}
                  |                                           ^ did you mean 'km'?
            s.yaml:8:60: 6 is no multiple of 4
                8 |   - {design: one-block, percpu: {backing: mk, static_size: 6, atom_size: 5000}}
                  |                                                            ^ bytes of every CPU, as 4096
            s.yaml:8:74: 5000 is no power of two
                8 |   - {design: one-block, percpu: {backing: mk, static_size: 6, atom_size: 5000}}
                  |                                                                          ^ known here: [4096, 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576, 2097152, 4194304]
            s.yaml:9:55: empty_pop_pages_low 5 is more than empty_pop_pages_high 4
                9 |   - {design: ctor-dtor, percpu: {empty_pop_pages_low: 5, statik_size: 4}}
                  |                                                       ^ so many pages are kept, and more are asked for when there are fewer than low
            s.yaml:9:58: unknown key 'statik_size'
                9 |   - {design: ctor-dtor, percpu: {empty_pop_pages_low: 5, statik_size: 4}}
                  |                                                          ^ did you mean 'static_size'?
            s.yaml:10:31: expected a map, found 'km'
                10 |   - {design: sheaves, percpu: km}
                   |                               ^ write {backing: km}, or {static_size: 4096}\
            """);
  }

  @Test
  void optionsOfAVariantAreCheckedAsAllElse() {
    String text =
        """
        slablab: 1
        name: small
        workloads: [exec]
        variants:
          - {design: baseline, slub_debug: FXZ, lockdep: ful}
          - {design: ctor-dtor, debug: [kasam, kfence, kfence], slubdebug: F}
          - {a: {design: ctor-dtor, debug: kasan, init_on_alloc: yes}}
          - {desing: ctor-dtor, lockdep: full}
          - {design: sheaves, lockdep: full}
          - {design: sheaves, lockdep: locks}
        placements: {cores: [1]}
        """;
    assertThat(problems(text))
        .isEqualTo(
            """
            s.yaml:5:36: slub_debug knows F, Z, P, U, T and A: letter=X in FXZ
                5 |   - {design: baseline, slub_debug: FXZ, lockdep: ful}
                  |                                    ^ write letters of FZPUTA, as FZPU, or FZ,mm_struct
            s.yaml:5:50: 'ful' is not a level of lockdep
                5 |   - {design: baseline, slub_debug: FXZ, lockdep: ful}
                  |                                                  ^ did you mean 'full'?
            s.yaml:6:33: 'kasam' is not a debug feature
                6 |   - {design: ctor-dtor, debug: [kasam, kfence, kfence], slubdebug: F}
                  |                                 ^ did you mean 'kasan'?
            s.yaml:6:48: stands here twice
                6 |   - {design: ctor-dtor, debug: [kasam, kfence, kfence], slubdebug: F}
                  |                                                ^ remove one
            s.yaml:6:57: unknown key 'slubdebug'
                6 |   - {design: ctor-dtor, debug: [kasam, kfence, kfence], slubdebug: F}
                  |                                                         ^ did you mean 'slub_debug'?
            s.yaml:7:36: expected a list, found 'kasan'
                7 |   - {a: {design: ctor-dtor, debug: kasan, init_on_alloc: yes}}
                  |                                    ^ write [kasan]
            s.yaml:7:58: 'yes' is neither true nor false
                7 |   - {a: {design: ctor-dtor, debug: kasan, init_on_alloc: yes}}
                  |                                                          ^ write true or false
            s.yaml:8:5: expected one variant, found 2 keys
                8 |   - {desing: ctor-dtor, lockdep: full}
                  |     ^ write a design, {design: ctor-dtor, lockdep: full}, or {my-name: {design: baseline}}
            s.yaml:10:5: two variants are called 'sheaves+lockdep'
                10 |   - {design: sheaves, lockdep: locks}
                   |     ^ give one another name: {sheaves-lockdep-2: {design: baseline}}\
            """);
  }

  @Test
  void allProblemsInOnePass() {
    String text =
        """
        slablab: 1
        name: small
        workload: [exec]
        workloads:
          - {exec: {live: many}}
          - {tc: {actionz: 1, rest: 10}}
        variants: [baseline, group-cache-5]
        baseline: ctor
        placements: {cores: [0, lcc], memory: [near]}
        design: {blocks: {min: 9, max: 3}, target: 200%}
        trial: {measure: 64mb}
        metrics: [througput]
        engine: sim
        """;
    assertThat(problems(text))
        .isEqualTo(
            """
            s.yaml:3:1: unknown key 'workload'
                3 | workload: [exec]
                  | ^ did you mean 'workloads'?
            s.yaml:5:19: 'many' is not a whole number
                5 |   - {exec: {live: many}}
                  |                   ^ write 1 to 1000000
            s.yaml:6:11: unknown key 'actionz'
                6 |   - {tc: {actionz: 1, rest: 10}}
                  |           ^ did you mean 'actions'?
            s.yaml:6:29: '10' is not a duration
                6 |   - {tc: {actionz: 1, rest: 10}}
                  |                             ^ write none, or a time as 10us
            s.yaml:7:22: variant 'group-cache-5' is not available in this version
                7 | variants: [baseline, group-cache-5]
                  |                      ^ did you mean 'group-cache-4'?
            s.yaml:8:11: 'ctor' is not a variant of this suite
                8 | baseline: ctor
                  |           ^ known here: baseline
            s.yaml:9:22: cores must be at least 1, not 0
                9 | placements: {cores: [0, lcc], memory: [near]}
                  |                      ^ write a count, llc, node, socket, 50% or all
            s.yaml:9:25: 'lcc' is not a core count
                9 | placements: {cores: [0, lcc], memory: [near]}
                  |                         ^ write a count, llc, node, socket, 50% or all
            s.yaml:9:40: 'near' is not a memory policy
                9 | placements: {cores: [0, lcc], memory: [near]}
                  |                                        ^ known here: local, interleave, remote
            s.yaml:10:24: min is more than max
                10 | design: {blocks: {min: 9, max: 3}, target: 200%}
                   |                        ^ max is 3
            s.yaml:10:44: '200%' is more than 100%
                10 | design: {blocks: {min: 9, max: 3}, target: 200%}
                   |                                            ^ write a share as 1% or 0.01
            s.yaml:11:18: '64mb' is not a duration
                11 | trial: {measure: 64mb}
                   |                  ^ write a time as 500ms, 2s or 1m
            s.yaml:12:11: 'througput' is not a metric
                12 | metrics: [througput]
                   |           ^ did you mean 'throughput'?
            s.yaml:13:9: engine 'sim' is not available in this version
                13 | engine: sim
                   |         ^ available: auto, threads\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version: 1              | s.yaml:1:1: unknown key 'version' | ^ the version of the format is written 'slablab: 1'
          schema: slablab/suite/1 | s.yaml:1:1: unknown key 'schema'  | ^ the version of the format is written 'slablab: 1'
          slabab: 1               | s.yaml:1:1: unknown key 'slabab'  | ^ did you mean 'slablab'?
          all: {hosts: {a: }}     | s.yaml:1:1: unknown key 'all'     | ^ this looks like an inventory; a suite starts with 'slablab: 1'
          """)
  void aFirstLineThatIsNotTheFormatsIsExplained(String line, String what, String hint) {
    assertThat(problems(SMALL.replace("slablab: 1", line)))
        .contains(what)
        .contains(hint)
        .contains("key 'slablab' is missing");
  }

  @Test
  void missingKeysAreNamed() {
    assertThat(read("slablab: 1\n").problems().stream().map(Problem::what))
        .containsExactly(
            "key 'name' is missing",
            "key 'workloads' is missing",
            "key 'variants' is missing",
            "key 'placements' is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                  | s.yaml:1:1: the file is empty
          # nothing                           | s.yaml:1:1: the file is empty
          x                                   | s.yaml:1:1: expected a map, found 'x'
          [1]                                 | s.yaml:1:1: expected a map, found a list
          a: 1\\na: 2                         | s.yaml:2:1: key 'a' stands here twice
          a:\\n\\tb: 1                        | s.yaml:2:1: a tab where YAML wants spaces
          a: [1, 2                            | s.yaml:1:9: not YAML: expected ',' or ']', but got <stream end>
          a: 1\\n---\\nb: 2                   | s.yaml:2:1: a second document starts here
          &x [*x]                             | s.yaml:1:1: an alias here contains itself
          a: &x {b: *x}                       | s.yaml:1:4: an alias here contains itself
          a: !!java.net.URL [http://x]        | s.yaml:1:4: tags are not supported
          a: !vault x                         | s.yaml:1:4: tag '!vault' is not supported
          a: {<<: {b: 1}}                     | s.yaml:1:5: merge keys are not supported
          ? [a]\\n: 1                         | s.yaml:1:3: a key must be a word
          a: *nobody                          | s.yaml:1:4: not YAML: found undefined alias nobody
          """)
  void malformedTexts(String text, String problem) {
    assertThat(problems(text.replace("\\n", "\n").replace("\\t", "\t"))).contains(problem);
  }

  @Test
  void bombsAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(problems(bomb.toString())).contains("aliases");
    assertThat(problems("a: " + "[".repeat(5000))).contains("Nesting Depth");
    assertThat(problems("# " + "x".repeat(70_000) + "\n" + SMALL)).contains("65536");
    assertThat(problems("a: 1\r\nb: x\u0007"))
        .startsWith("s.yaml:2:5: the character U+0007 is not allowed in YAML\n");
  }

  @Test
  void aMergeKeyIsOneProblem() {
    assertThat(read(SMALL + "trial: {<<: {warmup: 1s}}\n").problems()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trial.interval=1ns     | is too short, at least 10ms
          trial.measure=0s       | is too short, at least 10ms
          design.seed=99999999999999999999 | is too large a number
          design.seed=4.2        | is not a whole number
          """)
  void numbersHaveLimits(String option, String problem) {
    String[] parts = option.split("=", 2);
    assertThat(problems(SuiteReader.read("s.yaml", SMALL, Map.of(parts[0], parts[1]))))
        .startsWith("-P " + option + ": '" + parts[1] + "' " + problem);
  }

  @Test
  void aTrialHasNoMoreIntervalsThanAFileHolds() {
    assertThat(problems(SMALL + "trial: {measure: 1h, interval: 10ms}\n"))
        .contains("interval is too short: a trial would have more than 10000 of them");
    assertThat(problems(SMALL + "trial: {warmup: 1h, measure: 1s, interval: 10ms}\n"))
        .contains("interval is too short");
    assertThat(read(SMALL + "trial: {warmup: 10s, measure: 100s, interval: 10ms}\n").problems())
        .isEmpty();
  }

  @Test
  void anOperationIsNoLongerThanAnIntervalMayBe() {
    assertThat(problems(SMALL.replace("exec", "{exec: {rest: 100h}}")))
        .contains("'100h' is too long, at most 100ms");
  }

  @Test
  void optionsReplaceValues() {
    Suite suite =
        SuiteReader.read(
                "s.yaml",
                SMALL,
                Map.of(
                    "trial.measure", "2s",
                    "placements.cores", "2,all",
                    "design.blocks.min", "3",
                    "design.blocks.max", "3",
                    "name", "other"))
            .suite()
            .orElseThrow();
    assertThat(suite.name()).isEqualTo("other");
    assertThat(suite.trial().measureNs()).isEqualTo(2_000_000_000L);
    assertThat(suite.design().maxBlocks()).isEqualTo(3);
    assertThat(suite.placements().cores().toString()).isEqualTo("[2, all]");
  }

  @Test
  void wrongOptionsAreNamedAsWritten() {
    assertThat(problems(SuiteReader.read("s.yaml", SMALL, Map.of("trial.mesure", "1s"))))
        .isEqualTo("-P trial.mesure=1s: unknown key 'mesure'\n    did you mean 'measure'?");
    assertThat(problems(SuiteReader.read("s.yaml", SMALL, Map.of("trial.measure", "1x"))))
        .startsWith("-P trial.measure=1x: '1x' is not a duration");
    assertThat(problems(SuiteReader.read("s.yaml", SMALL, Map.of("name.x", "1"))))
        .startsWith("-P name.x=1: there is no 'x' to set");
    assertThat(problems(SuiteReader.read("s.yaml", SMALL, Map.of("workloads.7", "tc"))))
        .startsWith("-P workloads.7=tc: there is no '7' to set");
  }

  /** Whatever bytes of a suite are damaged: an answer comes, and it is a suite or problems. */
  @Test
  void damagedTextsNeverThrow() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    String alphabet = "{}[]:,-&*!|>'\"#%@`\t\n ax1?<";
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(SMALL);
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        int at = random.nextInt(text.length());
        text.replace(at, at + random.nextInt(2), String.valueOf(c));
      }
      SuiteReader.Result result = read(text.toString());
      assertThat(result.suite().isPresent())
          .as("seed %d, text %s", seed, text)
          .isEqualTo(result.problems().isEmpty());
      result.problems().forEach(Problem::render);
    }
  }

  @Test
  void longLinesAreCutAndControlCharactersHarmless() {
    Problem problem = new Problem("f", 1, 151, "w", "x".repeat(150) + "\u001by", "h");
    assertThat(problem.render())
        .isEqualTo(
            "f:1:151: w\n    1 | " + "x".repeat(98) + "?y\n      | " + " ".repeat(98) + "^ h");
  }

  @Test
  void columnsCountCharactersNotHalves() {
    assertThat(problems(SMALL + "hosts: \"\ud83d\ude00\u2028\" \ncolour: x\n"))
        .contains("unknown key 'colour'\n    8 | colour: x\n      | ^");
    Problem problem = new Problem("f", 1, 2, "w", "\ud83d\ude00x", "h");
    assertThat(problem.render()).isEqualTo("f:1:2: w\n    1 | \ud83d\ude00x\n      |  ^ h");
  }

  @Test
  void laterProblemsHaveTheirPlaceToo() {
    assertThat(
            SuiteReader.problemAt(
                    "s.yaml", SMALL, Map.of(), "placements.cores.0", "too many", "at most 0")
                .render())
        .isEqualTo(
            """
            s.yaml:5:22: too many
                5 | placements: {cores: [1]}
                  |                      ^ at most 0\
            """);
    Map<String, String> options = Map.of("placements.cores", "1,99");
    assertThat(
            SuiteReader.problemAt(
                    "s.yaml", SMALL, options, "placements.cores.1", "too many", "at most 4")
                .render())
        .isEqualTo("-P placements.cores=1,99: too many\n    at most 4");
    assertThat(SuiteReader.problemAt("s.yaml", SMALL, Map.of(), "hosts", "no", "").line())
        .isEqualTo(1);
  }

  @Test
  void nearestWords() {
    assertThat(DidYouMean.distance("abcd", "abdc")).isEqualTo(1);
    assertThat(DidYouMean.distance("", "abc")).isEqualTo(3);
    assertThat(DidYouMean.nearest("warmpu", List.of("measure", "warmup"))).contains("warmup");
    assertThat(DidYouMean.nearest("zzz", List.of("measure", "warmup"))).isEmpty();
  }
}
