package io.slablab.suites.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuiteSchemaTest {
  private static final Path CHECKED_IN = Path.of("suite.schema.json");
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SuiteSchema.text(), InputFormat.JSON);

  private static List<Error> errors(String yaml) {
    return SCHEMA.validate(yaml, InputFormat.YAML);
  }

  static List<Path> suites() throws IOException {
    return ShippedSuitesTest.suites();
  }

  @Test
  void theCheckedInCopyIsTheModels() throws IOException {
    assertThat(Files.readString(CHECKED_IN)).isEqualTo(SuiteSchema.text());
  }

  @ParameterizedTest
  @MethodSource("suites")
  void shippedSuitesAreValid(Path file) throws IOException {
    assertThat(errors(Files.readString(file))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "variants: [baseline, {design: ctor-dtor, slub_debug: FZPU, lockdep: full}]",
        "variants: [baseline, {a: {design: ctor-dtor, debug: [kasan, kfence]}}]",
        "variants: [baseline, {design: baseline, percpu: {backing: km, static_size: 4096,"
            + " reserved_size: 0, dyn_size: 28672, atom_size: 4096}}]",
        "variants: [baseline, {design: baseline, percpu: {backing: vm, empty_pop_pages_low: 8,"
            + " empty_pop_pages_high: 16, hint_defect: true}}]",
        "variants: [baseline, {design: baseline, numa_fake: 2, mutex: sleep}]",
        "variants: [{design: ctor-dtor, init_on_free: true}, baseline]\nbaseline:"
            + " ctor-dtor+init_on_free",
      })
  void schemaAndReaderTakeTheSame(String variants) {
    String suite =
        "slablab: 1\nname: small\nworkloads: [exec]\nplacements: {cores: [1]}\n" + variants + "\n";
    assertThat(errors(suite)).isEmpty();
    assertThat(SuiteReader.read("s.yaml", suite, java.util.Map.of()).problems()).isEmpty();
  }

  /** Each of these is wrong for the reader too: the schema must not be laxer than it says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: Quick Look",
        "workloads: [exec, forkbomb]",
        "workloads: [{exec: {live: 0}}]",
        "workloads: [{tc: {rss-updates: 1}}]",
        "workloads: [{exec: {}, tc: {}}]",
        "workloads: [{percpu: {sizes: []}}]",
        "workloads: [{percpu: {sizes: 40000}}]",
        "workloads: [{percpu: {sizes: [16, 0]}}]",
        "workloads: [{percpu: {align: 24}}]",
        "workloads: [{percpu: {lifetime: long}}]",
        "workloads: [{percpu: {bulk: 0}}]",
        "workloads: [{percpu: {atomic: 2}}]",
        "workloads: [{percpu: {actions: 1}}]",
        "workloads: [{exec: {mm: v6.16}}]",
        "workloads: [{thread: {threads: 0}}]",
        "workloads: [{thread: {fork: true}}]",
        "workloads: [{tc: {estimator: often}}]",
        "variants: [baseline, magic]",
        "variants: [baseline, {design: baseline, percpu: km}]",
        "variants: [baseline, {design: baseline, percpu: {backing: kmem}}]",
        "variants: [baseline, {design: baseline, percpu: {static_size: 0}}]",
        "variants: [baseline, {design: baseline, percpu: {dyn_size: 30}}]",
        "variants: [baseline, {design: baseline, percpu: {atom_size: 6144}}]",
        "variants: [baseline, {design: baseline, percpu: {empty_pop_pages_high: 65}}]",
        "variants: [baseline, {design: baseline, percpu: {low: 1}}]",
        "variants: [baseline, {design: baseline, numa_fake: 65}]",
        "variants: [baseline, {design: baseline, mutex: ticket}]",
        "variants: [baseline, {a: {faithful: true}}]",
        "variants: [baseline, {design: ctor-dtor, lockdep: much}]",
        "variants: [baseline, {design: ctor-dtor, debug: [ubsan]}]",
        "variants: [baseline, {design: ctor-dtor, debug: [kasan, kasan]}]",
        "variants: [baseline, {design: ctor-dtor, slub-debug: F}]",
        "variants: [baseline, {a: {design: ctor-dtor, init_on_free: 2}}]",
        "placements: {cores: [0]}",
        "placements: {cores: [120%]}",
        "placements: {layout: [dense], cores: [1]}",
        "design: {blocks: {min: 0}}",
        "design: {null: 1}",
        "trial: {warmup: 2}",
        "metrics: []",
        "metrics: [speed]",
        "gate: {regression: 2.5}",
        "contract: [governer]",
        "contract: []",
        "contract: {steal: 1.5}",
        "contract: {reruns: -1}",
        "contract: {quiet: true}",
        "colour: blue"
      })
  void schemaAndReaderRefuseTheSame(String line) {
    String key = line.substring(0, line.indexOf(':'));
    StringBuilder suite = new StringBuilder();
    for (String part :
        List.of(
            "slablab: 1",
            "name: small",
            "workloads: [exec, {tc: }]",
            "variants: [baseline, ctor-dtor]",
            "placements: {cores: [1, 50%]}")) {
      if (!part.startsWith(key + ":")) {
        suite.append(part).append('\n');
      }
    }
    assertThat(errors(suite + line + "\n")).isNotEmpty();
    assertThat(SuiteReader.read("s.yaml", suite + line + "\n", java.util.Map.of()).problems())
        .isNotEmpty();
  }
}
