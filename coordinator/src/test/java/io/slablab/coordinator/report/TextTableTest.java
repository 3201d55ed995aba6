package io.slablab.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTableTest {

  @Test
  void isTheGoldenText() throws IOException {
    assertThat(TextTable.render(HandMade.view(Path.of(".")), 100, false))
        .isEqualTo(HandMade.resource("table-100.txt"));
    assertThat(TextTable.render(HandMade.view(Path.of(".")), 200, false))
        .isEqualTo(HandMade.resource("table-200.txt"));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 100, 132, 200})
  void fitsAndIsAscii(int width) throws IOException {
    String text = TextTable.render(HandMade.view(Path.of(".")), width, false);
    assertThat(text.lines())
        .allSatisfy(line -> {
          assertThat(line.length()).isLessThanOrEqualTo(width);
          assertThat(line).isEqualTo(line.stripTrailing()).matches("\\p{ASCII}*");
        });
  }

  @Test
  void aComparisonIsOneLineAndWhatIsLeftOutIsNamed() throws IOException {
    List<String> at80 = TextTable.render(HandMade.view(Path.of(".")), 80, false).lines().toList();
    int head = IntStream.range(0, 9).filter(i -> at80.get(i).startsWith("work")).sum();
    assertThat(at80.subList(head + 1, head + 7))
        .allMatch(
            line -> line.matches("(exec|tc) +\\d cores? .*(worse|better|equivalent|inconclusive)"));
    assertThat(at80.get(head)).doesNotContain("HL", "MDE").contains("baseline", "interval");
    assertThat(at80.get(head + 7)).isEqualTo("n: blocks; left out at this width: HL, p, MDE");
    assertThat(TextTable.render(HandMade.view(Path.of(".")), 200, false))
        .contains(" HL ", " MDE ")
        .doesNotContain("left out");
  }

  @Test
  void aColumnWithoutFiguresIsNotExplained(@TempDir Path folder) throws IOException {
    String text = TextTable.render(RunReader.read(SampleRun.write(folder, 1)), 100, false);
    assertThat(text).contains("n: blocks").doesNotContain("HL");
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 100, 200})
  void manyDesignsFitTerminals(int width, @TempDir Path folder) throws IOException {
    List<String> variants = List.of("baseline", "scalable-percpu", "slablab-best");
    RunView run = RunReader.read(SampleRun.write(folder, 5, List.of("desk-01"), variants));
    List<String> lines = TextTable.render(run, width, false).lines().toList();
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    assertThat(lines.stream().filter(line -> line.matches("(exec|tc).* scalable-percpu .*[a-z]")))
        .as("a line for each of 8 cells and 5 metrics")
        .hasSizeGreaterThanOrEqualTo(40);
  }

  @Test
  void coloursOnlyOnDemand() throws IOException {
    RunView run = HandMade.view(Path.of("."));
    String coloured = TextTable.render(run, 100, true);
    assertThat(coloured).contains("\u001b[31m", "\u001b[32m");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", ""))
        .isEqualTo(TextTable.render(run, 100, false));
  }

  @Test
  void memoryStandsInAbsoluteValuesAndNeverAsARatioOfNothing(@TempDir Path folder)
      throws IOException {
    RunView run = RunReader.read(SampleRun.write(folder, 5));
    String text = TextTable.render(run, 100, false);
    assertThat(text)
        .contains("Memory, baseline -> treatment")
        .containsPattern("idle-bytes +0 B +1.06 MiB +\\+1.06 MiB")
        .containsPattern("peak-bytes +25\\d KiB +1.31 MiB +\\+1.06 MiB")
        .contains("ratio undefined: the baseline cannot be told from 0; see the difference")
        .doesNotContain("Infinity", "NaN");
    assertThat(HtmlReport.render(run))
        .contains("<td class=num>0\u00a0B</td><td class=num>1.06\u00a0MiB</td>");
    assertThat(MarkdownReport.render(run)).contains("| idle-bytes | 0 B | +1.06 MiB |");
  }

  @Test
  void showSaysWhereTheFilesAre() throws IOException {
    assertThat(ShowText.render(HandMade.view(Path.of("runs/x")), 100, false))
        .startsWith(TextTable.render(HandMade.view(Path.of("runs/x")), 100, false))
        .endsWith(
            "Run k3xq, started 2026-02-03T04:05:06Z: 2 trials done, 1 failed\n  runs/x/trials\n");
  }

  @Test
  void markdownIsTheGoldenText() throws IOException {
    assertThat(MarkdownReport.render(HandMade.view(Path.of("."))))
        .isEqualTo(HandMade.resource("report.md"));
  }
}
