package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.suites.spec.Contract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceJudgeTest {
  private static final Contract STRICT = new Contract(List.of(), 0.01, 0.02, 2, true);

  @TempDir Path folder;

  private static TrialOrder order(String id) {
    return new TrialOrder(
        id,
        "h",
        "c",
        0,
        0,
        "v",
        "d",
        false,
        "exec",
        Map.of(),
        "compact",
        List.of(0, 1),
        "local",
        0,
        1_000_000_000,
        1_000_000_000,
        1,
        true);
  }

  private Optional<String> taint(EvidenceJudge judge, String evidence) throws IOException {
    Files.writeString(folder.resolve("trial.json"), "{\"evidence\":" + evidence + "}");
    return judge.taint(order("t"), folder);
  }

  private static String evidence(long stealNs, long foreignNs, String machine) {
    return "{\"stealNs\":%d,\"stealShare\":%s,\"foreignNs\":%d,\"foreignShare\":%s,\"machine\":{%s}}"
        .formatted(stealNs, stealNs / 2e9, foreignNs, foreignNs / 2e9, machine);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0|migrations: 1|its workers were moved to other CPUs",
        "0|0|thermalThrottles: 3|the processor slowed down because of heat",
        "0|0|quotaThrottles: 1|a CPU quota stopped it",
        "50000000|0||a hypervisor took 2.5 % of the measured CPUs, at most 1.0 % is agreed",
        "0|100000000||other processes used 5.0 % of the measured CPUs, at most 2.0 % is agreed",
      })
  void eachKindOfDisturbanceIsNamed(long stealNs, long foreignNs, String machine, String words)
      throws IOException {
    String fields = machine == null ? "" : "\"" + machine.replace(":", "\":");
    assertThat(taint(new EvidenceJudge(STRICT), evidence(stealNs, foreignNs, fields)))
        .contains(words);
  }

  private static String pause(long ms, double windowSeconds) {
    return "{\"longestPauseNs\":%d,\"longestPauseShare\":%s}"
        .formatted(ms * 1_000_000, ms / 1e3 / windowSeconds);
  }

  @Test
  void aStandstillIsADisturbanceWhereItIsLongAndAPartOfTheWindow() throws IOException {
    EvidenceJudge judge = new EvidenceJudge(STRICT);
    assertThat(taint(judge, pause(1_300, 5))).contains("it stood still for 1.3 s");
    assertThat(taint(judge, pause(600, 1.6))).contains("it stood still for 0.6 s");
    assertThat(taint(judge, pause(200, 0.5))).as("a busy scheduler").isEmpty();
    assertThat(taint(judge, pause(600, 60))).as("one percent").isEmpty();
  }

  @Test
  void whatIsAbsentOrWithinLimitsOrOneTickDisturbsNothing() throws IOException {
    EvidenceJudge judge = new EvidenceJudge(STRICT);
    assertThat(taint(judge, "null")).isEmpty();
    assertThat(taint(judge, evidence(0, 0, "\"migrations\":null,\"absent\":{}"))).isEmpty();
    assertThat(taint(judge, evidence(19_000_000, 39_000_000, "\"migrations\":0"))).isEmpty();
    String oneTickOfAShortWindow =
        "{\"stealNs\":10000000,\"stealShare\":0.1,\"foreignNs\":0,\"foreignShare\":0.0}";
    assertThat(taint(judge, oneTickOfAShortWindow)).isEmpty();
  }

  @Test
  void aBindingContractNeverGivesInAndWithoutOneTheLastRunCounts() throws IOException {
    String moved = evidence(0, 0, "\"migrations\":1");
    EvidenceJudge strict = new EvidenceJudge(STRICT);
    EvidenceJudge lenient = new EvidenceJudge(Contract.NONE);
    for (int run = 1; run <= 2; run++) {
      assertThat(taint(strict, moved)).isPresent();
      assertThat(taint(lenient, moved)).isPresent();
    }
    assertThat(taint(strict, moved)).isPresent();
    assertThat(taint(lenient, moved)).isEmpty();
  }
}
