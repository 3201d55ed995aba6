package io.slablab.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.verdict.GainsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  @TempDir private Path folder;

  @Test
  void loadsNothing() throws IOException {
    String page = HtmlReport.render(RunReader.read(SampleRun.write(folder, 5)));
    assertThat(page)
        .contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
        .doesNotContainPattern("(src|href|action)\\s*=\\s*['\"]?\\w")
        .doesNotContain("@import", "url(");
  }

  @Test
  void everyNumberIsThereWithoutScripts() throws IOException {
    String page =
        HtmlReport.render(HandMade.view(folder)).replaceAll("(?s)<script.*?</script>", "");
    assertThat(page)
        .contains(
            "+8.00\u00a0%",
            "[\u22123.60, \u22122.20]",
            "pcpu_lock",
            "4.00\u00a0KiB",
            "killed by signal 9",
            "the clock stepped");
  }

  @Test
  void namesCannotBecomeMarkup() throws IOException {
    String hostile = "</script><script>alert(1)</script><!--";
    String json =
        HandMade.resource("gains.json")
            .replace("\"hand-made\"", new ObjectMapper().writeValueAsString(hostile))
            .replace("ctor-dtor", "<b>&'x");
    RunView run = HandMade.view(folder);
    RunView changed =
        new RunView(
            folder,
            hostile,
            hostile,
            hostile,
            GainsFiles.readGains(json),
            run.trials(),
            List.of(new RunView.HostView(hostile, Map.of("<i>", Map.of("<u>", hostile)))));
    String page = HtmlReport.render(changed);
    assertThat(page).doesNotContain("alert(1)</script", "<b>&'x", "<i>", "<u>");
    assertThat(page.split("<script", -1)).hasSize(4);
    assertThat(page.split("</script>", -1)).hasSize(4);
    JsonNode data = data(page);
    assertThat(data.path("variants").path(1).asText()).isEqualTo("<b>&'x");
  }

  @Test
  void chartsHoldWhatTheTrialsMeasured() throws IOException {
    JsonNode data = data(HtmlReport.render(RunReader.read(SampleRun.write(folder, 5))));
    assertThat(data.path("scaling")).hasSize(2);
    JsonNode curve = data.path("scaling").path(0);
    assertThat(curve.path("cores").toString()).isEqualTo("[1,2,4,8]");
    assertThat(curve.path("lines")).hasSize(2);
    assertThat(curve.path("ideal").path(3).asDouble())
        .isEqualTo(8 * curve.path("ideal").path(0).asDouble());
    for (JsonNode line : curve.path("lines")) {
      for (int i = 0; i < 4; i++) {
        assertThat(line.path("level").path(i).asDouble())
            .isBetween(
                line.path("low").path(i).asDouble() * 0.99,
                line.path("high").path(i).asDouble() * 1.01);
      }
    }
    assertThat(data.path("cells")).hasSize(8);
    JsonNode percentiles = data.path("cells").path(0).path("percentiles").path(0);
    assertThat(percentiles.path("count").asLong()).isEqualTo(5 * 3 * 4000);
    assertThat(percentiles.path("beyond").path(0).asDouble()).isEqualTo(1);
    assertThat(data.path("cells").path(0).path("order").path(0).path("at")).hasSize(5);
  }

  @Test
  void aFolderThatIsNoRunIsNamed() {
    assertThat(unreadable(folder)).contains("no run directory", folder.toString());
    assertThat(unreadable(folder.resolve("absent"))).contains("not there");
  }

  @Test
  void aBrokenFileIsNamed() throws IOException {
    SampleRun.write(folder, 5);
    Files.writeString(folder.resolve("gains.json"), "{\"schema\":");
    assertThat(unreadable(folder)).contains("gains.json: broken").hasLineCount(1);
    Files.delete(folder.resolve("gains.json"));
    Files.writeString(folder.resolve("plan.json"), "{\"suite\":\"x\",\"seed\":1}");
    assertThat(unreadable(folder)).contains("plan.json: lacks hosts").hasLineCount(1);
  }

  @Test
  void anUnfinishedRunHasAReportToo() throws IOException {
    SampleRun.write(folder, 5);
    Files.delete(folder.resolve("gains.json"));
    Files.delete(folder.resolve("manifest.json"));
    Files.delete(folder.resolve("hosts/desk-01/conditions.json"));
    Path report = ReportWriter.html(RunReader.read(folder));
    assertThat(report).isRegularFile().content().contains("what this host is was not recorded");
  }

  private static String unreadable(Path root) {
    try {
      RunReader.read(root);
      return "readable";
    } catch (UnreadableRun e) {
      return String.valueOf(e.getMessage());
    } catch (IOException e) {
      return "another error: " + e;
    }
  }

  static JsonNode data(String page) throws IOException {
    Matcher json = Pattern.compile("(?s)id=data>(.*?)</script>").matcher(page);
    assertThat(json.find()).isTrue();
    return new ObjectMapper().readTree(json.group(1));
  }

  @Test
  void simulatedNumbersSaySo() throws IOException {
    SampleRun.write(
        folder, 5, List.of("real", "virtual"), List.of("baseline", "ctor-dtor", "group-cache-4"));
    RunView run = RunReader.read(folder);
    assertThat(TextTable.render(run, TextTable.WIDTH, false).lines())
        .filteredOn(line -> line.matches("virtual[,: ].*"))
        .isNotEmpty()
        .allMatch(line -> line.contains("(simulated)"));
    assertThat(MarkdownReport.render(run).lines())
        .filteredOn(line -> line.startsWith("| virtual"))
        .isNotEmpty()
        .allMatch(line -> line.contains("(simulated)"));
    assertThat(HtmlReport.render(run))
        .contains(
            "virtual (simulated): ", "virtual, tc, 8 cores (simulated)", "16 cells, 8 simulated");
  }
}
