package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.verdict.AcrossHosts;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.Scaling;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says about cores and hosts, from trials to the table, the page and gains.json. */
class CoresAndHostsTest {
  private static final int BLOCKS = 6;
  private static final double SIGMA = 0.05;
  private static final double KAPPA = 0.002;

  @TempDir Path folder;
  private Path run;
  private final SplittableRandom random = new SplittableRandom(11);
  private final StringBuilder cells = new StringBuilder();
  private final StringBuilder trials = new StringBuilder("cell,block,variant,value\n");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void design() throws IOException {
    run = folder.resolve("run");
    Files.writeString(
        folder.resolve("design.json"),
        """
        {"format": 1, "metric": "throughput", "unit": "ops/s", "direction": "higher",
         "baseline": "base", "treatments": ["new"], "granularity": "trial"}
        """);
  }

  private void cell(String id, String row, double level, double gain) {
    cells.append(id).append(',').append(row).append('\n');
    for (int block = 0; block < BLOCKS; block++) {
      trial(id, block, "base", level);
      trial(id, block, "new", level * (1 + gain));
    }
  }

  private void trial(String id, int block, String variant, double level) {
    double value = level * (1 + 0.005 * random.nextGaussian());
    trials.append(String.format(Locale.ROOT, "%s,%d,%s,%.3f\n", id, block, variant, value));
  }

  private Gains imported(String columns) throws IOException {
    Files.writeString(folder.resolve("cells.csv"), columns + "\n" + cells);
    Files.writeString(folder.resolve("trials.csv"), trials);
    assertThat(
            Main.execute(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "import",
                folder.toString(),
                "--out=" + run,
                "--store=sqlite:" + folder.resolve("index.db")))
        .as(err.toString())
        .isZero();
    return GainsFiles.readGains(Files.readString(run.resolve("gains.json")));
  }

  private static double usl(int cores) {
    return 10_000 * cores / (1 + SIGMA * (cores - 1) + KAPPA * cores * (cores - 1));
  }

  @Test
  void aCurveHasItsLawItsKneeAndItsDoubtsAndFewPointsHaveWords() throws IOException {
    for (int cores : new int[] {1, 2, 4, 8, 16, 24, 32}) {
      cell("c" + cores, "h," + cores + ",compact", usl(cores), 0.05);
    }
    for (int cores : new int[] {2, 4}) {
      cell("s" + cores, "h," + cores + ",scatter", usl(cores), -0.05);
    }
    Gains gains = imported("cell,host,cores,layout");

    assertThat(gains.scaling()).hasSize(4);
    Scaling curve = gains.scaling().getFirst();
    assertThat(curve.variant()).isEqualTo("base");
    assertThat(curve.law()).isEqualTo("USL");
    assertThat(curve.lackOfFit()).isEmpty();
    assertThat(curve.points()).hasSize(7);
    Scaling.Coefficient sigma = Objects.requireNonNull(curve.sigma());
    assertThat(sigma.value()).isCloseTo(SIGMA, within(0.01));
    assertThat(sigma.low()).isLessThan(sigma.value());
    Scaling.Coefficient knee = Objects.requireNonNull(curve.knee());
    assertThat(knee.value()).isCloseTo(Math.sqrt((1 - SIGMA) / KAPPA), within(2.0));
    assertThat(curve.pAmdahl()).isLessThan(0.001);
    Scaling few = gains.scaling().getLast();
    assertThat(few.law()).isNull();
    assertThat(few.without()).isEqualTo("points only: a curve needs 6 core counts, here are 2");

    assertThat(out.toString())
        .contains("throughput gain by cores and layout")
        .containsPattern("cores +compact +scatter")
        .containsPattern("(?m)^ +4 +\\+\\S+ % +-\\S+ %$")
        .containsPattern("compact +base +USL")
        .contains("Scaling, points only: a curve needs 6 core counts");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("Laws of scaling")
        .contains("Cores and hosts");
  }

  @Test
  void theHostsThatGainAreFoundByWhatSetsThemApart() throws IOException {
    for (int i = 0; i < 10; i++) {
      int sockets = i % 2 + 1;
      String row = "h%d,8,%d,%d".formatted(i, sockets, 32 + i);
      cell("c" + i, row, 1000, sockets == 2 ? 0.08 : 0.0);
    }
    Gains gains = imported("cell,host,cores,sockets,gib");

    AcrossHosts hosts = gains.hosts().getFirst();
    assertThat(hosts.hosts()).hasSize(10);
    assertThat(hosts.differ()).isTrue();
    assertThat(hosts.pValue()).isLessThan(1e-3);
    AcrossHosts.Split split = Objects.requireNonNull(hosts.split());
    assertThat(split.condition()).isEqualTo("sockets >= 2");
    assertThat(split.with().hosts()).containsExactly("h1", "h3", "h5", "h7", "h9");
    assertThat(split.with().gain()).isCloseTo(0.08, within(0.01));
    assertThat(split.without().gain()).isCloseTo(0, within(0.01));
    assertThat(hosts.sentence())
        .startsWith("the hosts differ (I^2 ")
        .contains(": only those with sockets >= 2 gain: sockets >= 2 +");
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("only those with sockets >= 2 gain");
    assertThat(Files.readString(run.resolve("report.html"))).contains("Hosts together");
    JsonNode json = new ObjectMapper().readTree(run.resolve("gains.json").toFile());
    assertThat(json.path("hosts").path(0).path("pValue").isNumber()).isTrue();
  }
}
