package io.slablab.suites.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedSuitesTest {
  static List<Path> suites() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(""))) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void areAllThere() throws IOException {
    assertThat(suites().stream().map(Path::toString))
        .contains("a-a.yaml", "exec-scaling.yaml", "quick.yaml", "tc-churn.yaml");
  }

  @ParameterizedTest
  @MethodSource("suites")
  void areValidAndNamedAsTheirFiles(Path file) throws IOException {
    SuiteReader.Result result = SuiteReader.read(file.toString(), Files.readString(file), Map.of());
    assertThat(result.problems()).isEmpty();
    assertThat(result.suite().orElseThrow().name() + ".yaml").isEqualTo(file.toString());
  }
}
