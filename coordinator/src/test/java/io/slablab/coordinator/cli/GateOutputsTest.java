package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;

/** What a gate writes for others, held against what these others read. */
class GateOutputsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private int gate(Path run, String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "gate";
    line[1] = run.toString();
    System.arraycopy(options, 0, line, 2, options.length);
    return Main.execute(new PrintWriter(new StringWriter()), new PrintWriter(err, true), line);
  }

  private Path all() throws IOException {
    return new GateRun(folder.resolve("r"), "r<&>", "2026-03-01T01:00:00Z", 1)
        .on("k1", "\"A\" <B> & 'C'", "6.12")
        .cell("slow", 32, -0.05, 0.01)
        .cell("same", 32, 0, 0.01)
        .cell("noisy", 8, 0, 0.1)
        .cell("lost", 32, 0, 0.01)
        .without("lost", 1, "baseline")
        .write();
  }

  private String written(Path run, String option) throws IOException {
    Path file = folder.resolve("out");
    assertThat(gate(run, option, file.toString())).as(err.toString()).isEqualTo(3);
    return Files.readString(file);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("text"), text);
  }

  @Test
  void junitIsValidAndSaysEachOutcome() throws IOException, SAXException {
    String xml = written(all(), "--junit");
    try (InputStream schema = GateOutputsTest.class.getResourceAsStream("/report/junit.xsd")) {
      SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
          .newSchema(new StreamSource(Objects.requireNonNull(schema)))
          .newValidator()
          .validate(new StreamSource(file(xml).toFile()));
    }
    assertThat(xml)
        .contains("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\"")
        .containsPattern("name=\"slow/candidate/throughput\" time=\"0.000\">\\s*<failure")
        .containsPattern("name=\"lost/candidate/throughput\" time=\"0.000\">\\s*<error")
        .containsPattern("name=\"noisy/candidate/throughput\" time=\"0.000\">\\s*<skipped")
        .contains("&lt;B&gt; &amp; 'C'")
        .doesNotContain("r<&>");
  }

  @Test
  void markdownPutsTheGravestFirstAndFits() throws IOException {
    String text = written(all(), "--markdown");
    assertThat(text).contains("## Gate nightly: 1 regression");
    assertThat(text.indexOf("desk/slow")).isLessThan(text.indexOf("desk/lost"));
    assertThat(text.indexOf("desk/lost")).isLessThan(text.indexOf("desk/noisy"));
    assertThat(text.indexOf("<details>")).isLessThan(text.indexOf("desk/same"));
    GateRun many = new GateRun(folder.resolve("many"), "many", "2026-03-01T01:00:00Z", 2);
    for (int cell = 0; cell < 700; cell++) {
      many.cell("cell-%03d".formatted(cell), 5, 0, 0.1);
    }
    many.cell("slow", 24, -0.2, 0.01);
    String cut = written(many.write(), "--markdown");
    assertThat(cut.length()).isBetween(50_000, 64_999);
    assertThat(cut).contains("desk/slow").containsPattern("Cut here: \\d+ more rows");
  }

  @Test
  void benchmarksAreWhatTheirReadersTake() throws IOException {
    Path run = all();
    assertThat(gate(run, "--gha-benchmark", folder.resolve("b.json").toString())).isEqualTo(3);
    JsonNode bigger = JSON.readTree(folder.resolve("b-bigger.json").toFile());
    assertThat(JSON.readTree(folder.resolve("b-smaller.json").toFile()).isArray()).isTrue();
    Set<String> names = new HashSet<>();
    assertThat(bigger).hasSize(8);
    for (JsonNode entry : bigger) {
      assertThat(entry.path("value").isNumber()).isTrue();
      assertThat(entry.path("unit").asText()).isEqualTo("ops/s");
      assertThat(entry.path("range").asText()).matches("± [0-9.]+ %");
      assertThat(names.add(entry.path("name").asText())).isTrue();
    }
    assertThat(names).contains("nightly/desk/slow/candidate/throughput");
    JsonNode bencher = JSON.readTree(written(run, "--bencher"));
    assertThat(bencher).hasSize(8);
    for (JsonNode measures : bencher) {
      JsonNode value = measures.path("throughput");
      assertThat(value.path("lower_value").asDouble()).isLessThan(value.path("value").asDouble());
      assertThat(value.path("upper_value").asDouble())
          .isGreaterThan(value.path("value").asDouble());
    }
  }

  @Test
  void mailsAreAsciiOfAtMost78Columns() throws IOException {
    String mail = written(all(), "--mail");
    assertThat(mail.lines()).allMatch(line -> line.length() <= 78);
    assertThat(mail).matches("[\\x20-\\x7E\\n]+").contains("REGRESSION");
  }

  @Test
  void aPipeTakesWhatIsWritten() throws IOException {
    assertThat(gate(all(), "--mail", "/dev/null")).isEqualTo(3);
    assertThat(Path.of("/dev/null")).exists();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }
}
