package io.slablab.coordinator.verdict;

import static io.slablab.coordinator.verdict.Campaigns.the;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading a run directory, and the files made from it. */
class RunFilesTest {
  @TempDir private Path run;

  private static final String PLAN =
      """
      {"schema":"slablab/plan/1","suite":"quick","seed":42,"metrics":["throughput","lock-wait"],
       "hosts":[{"host":"localhost",
         "cells":[{"id":"exec","engine":"threads","workload":"exec","params":{"rest":"none","live":"16"},
           "placement":{"layout":"compact","cores":2,"cpus":"0,1","memory":"local"},
           "variants":["baseline","ctor-dtor"],"baseline":"baseline"}],
         "trials":[
           {"id":"t0","cell":"exec","block":0,"position":0,"variant":"baseline"},
           {"id":"t1","cell":"exec","block":0,"position":1,"variant":"ctor-dtor"},
           {"id":"t2","cell":"exec","block":1,"position":0,"variant":"ctor-dtor"},
           {"id":"t3","cell":"exec","block":1,"position":1,"variant":"baseline"}]}],
       "etaSeconds":10}
      """;

  private void write(String file, String text) throws IOException {
    Path path = run.resolve(file);
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.writeString(path, text);
  }

  private static String trial(String id, int block, String variant, long ops) {
    return """
    {"schema":"slablab/trial/1","id":"%s","host":"localhost","cell":"exec","block":%d,"position":0,
     "variant":"%s","design":"%s","engine":"threads","status":"done","reason":null,
     "iterations":[{"startNs":1,"durationNs":1000000000,"ops":%d,"opsPerSecond":%d,"userNs":5,"systemNs":null,"gcCount":1}],
     "latency":{"count":10,"p50Ns":200,"p99Ns":900.5},"somethingNew":true,"warnings":["clock, \\"odd\\""]}
    """
        .formatted(id, block, variant, variant, ops, ops);
  }

  private CampaignData campaign() throws IOException {
    write("plan.json", PLAN);
    write("trials/localhost/exec/0000-baseline/trial.json", trial("t0", 0, "baseline", 1000));
    write(
        "trials/localhost/exec/0000-baseline/locks.json",
        "{\"locks\":[{\"name\":\"a\",\"totalWaitNs\":30},{\"name\":\"b\",\"totalWaitNs\":70}]}");
    write(
        "trials/localhost/exec/0000-baseline/allocator.json",
        "{\"memory\":{\"idleBytes\":0,\"peakBytes\":4096,\"peak\":{\"bytes\":4096}}}");
    write("trials/localhost/exec/0000-ctor-dtor/trial.json", trial("t1", 0, "ctor-dtor", 1100));
    write("trials/.unfinished-t2/trial.json", "{torn");
    write(
        "trials/localhost/exec/0001-baseline/trial.json",
        """
        {"id":"t3","host":"localhost","cell":"exec","block":1,"position":1,"variant":"baseline","status":"failed","reason":"exit 137"}
        """);
    return TrialFiles.read(run);
  }

  @Test
  void readsPlanAndTrials() throws IOException {
    CampaignData data = campaign();
    assertThat(data.campaign()).isEqualTo(run.getFileName().toString());
    assertThat(data.metrics()).containsExactly("throughput", "lock-wait");
    assertThat(data.cells().getFirst().params()).containsEntry("live", "16");
    assertThat(data.planned()).hasSize(4);
    assertThat(data.trials()).extracting(TrialSummary::id).containsExactly("t0", "t1", "t3");
    TrialSummary first = data.trials().getFirst();
    assertThat(first.lockWaitNs()).isEqualTo(100);
    assertThat(first.idleBytes()).isZero();
    assertThat(first.peakBytes()).isEqualTo(4096);
    assertThat(data.trials().get(1).idleBytes()).as("no allocator.json").isNull();
    assertThat(first.iterations().getFirst().systemNs()).isNull();
    assertThat(first.latency()).isNotNull();
    assertThat(the(first.latency()).p999Ns()).isNull();
    assertThat(data.trials().getLast().done()).isFalse();
    assertThat(data.trials().getLast().reason()).isEqualTo("exit 137");
  }

  @Test
  void aTrialThatWasDisturbedAndRanAgainIsFlagged() throws IOException {
    assertThat(campaign().trials()).hasSize(3);
    String another = trial("t1", 0, "ctor-dtor", 1);
    write("trials/.tainted/localhost/exec/0000-ctor-dtor-1/trial.json", another);
    write("trials/.tainted/localhost/exec/0000-baseline-2-1/trial.json", another);

    CampaignData data = TrialFiles.read(run);

    assertThat(data.trials())
        .filteredOn(trial -> trial.warnings().contains("it was disturbed and ran again"))
        .extracting(TrialSummary::id)
        .containsExactly("t1");
    assertThat(data.trials()).hasSize(3);
  }

  @Test
  void namesTheFileAndWhatIsWrong() throws IOException {
    assertThatThrownBy(() -> TrialFiles.read(run))
        .isInstanceOf(TrialFiles.Unreadable.class)
        .hasMessageEndingWith("plan.json: not there");
    write("plan.json", "{\"suite\":\"x\",\"seed\":1}");
    assertThatThrownBy(() -> TrialFiles.read(run)).hasMessageEndingWith("plan.json: lacks hosts");
    write("plan.json", "{");
    assertThatThrownBy(() -> TrialFiles.read(run)).hasMessageContaining("plan.json: no JSON");
    write("plan.json", PLAN);
    write("trials/localhost/exec/0000-baseline/trial.json", "{\"id\":\"t0\"}");
    assertThatThrownBy(() -> TrialFiles.read(run)).hasMessageEndingWith("trial.json: lacks status");
  }

  @Test
  void filesOfAnotherVersionAreRefused() throws IOException {
    campaign();
    write("plan.json", PLAN.replace("plan/1", "plan/9"));
    assertThatThrownBy(() -> TrialFiles.read(run))
        .hasMessageEndingWith(
            "plan.json: has schema 'slablab/plan/9', and this version reads 'slablab/plan/1'");
    write("plan.json", PLAN);
    write(
        "trials/localhost/exec/0000-baseline/trial.json",
        trial("t0", 0, "baseline", 1000).replace("trial/1", "trial/2"));
    assertThatThrownBy(() -> TrialFiles.read(run))
        .hasMessageContaining("0000-baseline/trial.json: has schema 'slablab/trial/2'");
  }

  @Test
  void trialsBehindALinkAreRead() throws IOException {
    campaign();
    Path elsewhere = Files.move(run.resolve("trials/localhost"), run.resolve("elsewhere"));
    Files.createSymbolicLink(run.resolve("trials/localhost"), elsewhere);
    assertThat(TrialFiles.read(run).trials()).hasSize(3);
  }

  /** Locks count from start to end of an interval, workers' operations after their time too. */
  @Test
  void lockWaitIsPerOperationThatTookTheLocks() throws IOException {
    campaign();
    write(
        "trials/localhost/exec/0000-baseline/trial.json",
        trial("t0", 0, "baseline", 1000).replace("\"ops\":1000", "\"ops\":1000,\"allOps\":1250"));
    TrialSummary trial = TrialFiles.read(run).trials().getFirst();
    assertThat(Measure.LOCK_WAIT.value(trial, 0)).hasValue(100 / 1250.0);
    assertThat(Measure.THROUGHPUT.value(trial, 0)).hasValue(1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slablab/gains/1|slablab/gains/2|its schema is 'slablab/gains/2'",
        "\"families\"|\"kin\"|a field is missing",
        "\"trials\"|\"trails\"|a field of a cell is missing",
        "\"points\"|\"dots\"|a field of a gain of exec is missing",
        "\"mde\" : null|\"mde\" : \"NaN\"|a number of exec, throughput is not finite",
      })
  void aGainsJsonThatSomebodyEditedIsRefusedInWords(String from, String to, String expected)
      throws IOException {
    String json = GainsFiles.gainsJson(GainsCalculator.compute(campaign()));
    assertThat(json).contains(from);
    assertThatThrownBy(() -> GainsFiles.readGains(json.replace(from, to)))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void gainsJsonHasTheContractsFieldsAndReadsBack() throws IOException {
    Gains gains = GainsCalculator.compute(campaign());
    String json = GainsFiles.gainsJson(gains);
    JsonNode root = new ObjectMapper().readTree(json);
    assertThat(root.get("schema").asText()).isEqualTo("slablab/gains/1");
    JsonNode cell = root.get("cells").get(0);
    assertThat(cell.fieldNames())
        .toIterable()
        .contains(
            "id",
            "host",
            "engine",
            "workload",
            "params",
            "placement",
            "simulated",
            "baseline",
            "gains");
    assertThat(cell.get("placement").fieldNames())
        .toIterable()
        .containsExactly("layout", "cores", "cpus", "memory");
    JsonNode row = cell.get("gains").get(0);
    assertThat(row.fieldNames())
        .toIterable()
        .contains(
            "variant",
            "metric",
            "unit",
            "baseline",
            "treatment",
            "blocks",
            "gain",
            "low",
            "high",
            "confidence",
            "mde",
            "verdict",
            "warnings");
    assertThat(row.get("verdict").asText()).isEqualTo("inconclusive");
    assertThat(row.get("low").isNull()).isTrue();
    assertThat(row.get("gain").asDouble())
        .isEqualTo(row.get("treatment").asDouble() / 1000 - 1, within(1e-12));
    assertThat(json).doesNotContain("NaN", "Infinity");
    assertThat(GainsFiles.readGains(json)).isEqualTo(gains);
  }

  @Test
  void csvQuotesWhatNeedsIt() throws IOException {
    Gains gains = GainsCalculator.compute(campaign());
    List<String> lines = GainsCsv.of(gains).lines().toList();
    assertThat(GainsCsv.of(gains)).endsWith("\r\n");
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("campaign,suite,seed,host,cell,");
    assertThat(lines.get(1))
        .contains(
            ",exec,rest=none;live=16,compact,2,\"0,1\",local,baseline,ctor-dtor,throughput,ops/s,");
    assertThat(gains.cells().getFirst().warnings())
        .contains(
            "clock, \"odd\" (2 trials)",
            "the garbage collector ran 2 times inside measured windows");
  }

  @Test
  void verdictJsonCounts() throws IOException {
    Summary summary = Summary.of(GainsCalculator.compute(campaign()), Optional.empty());
    JsonNode root = new ObjectMapper().readTree(GainsFiles.verdictJson(summary));
    assertThat(root.get("schema").asText()).isEqualTo("slablab/verdict/1");
    assertThat(root.get("planned").asInt()).isEqualTo(4);
    assertThat(root.get("done").asInt()).isEqualTo(2);
    assertThat(root.get("failed").asInt()).isEqualTo(1);
    assertThat(root.get("missing").asInt()).isEqualTo(1);
    assertThat(root.get("counts").get("inconclusive").asInt()).isEqualTo(2);
    assertThat(root.get("exitCode").asInt()).isEqualTo(5);
  }
}
