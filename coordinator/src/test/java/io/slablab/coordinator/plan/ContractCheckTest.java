package io.slablab.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.HostCheck;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractCheckTest {
  private static final String CONDITIONS =
      """
      {"schema":"slablab/conditions/1","keys":{"hardware":"aa","host":"ab12"},
       "evidence":{"bootId":"b-1"},
       "checks":[
        {"check":"governor","verdict":"noisy","found":"powersave","why":"slow","fix":"cpupower x"},
        {"check":"thp","verdict":"ok","found":"madvise","why":"","fix":""},
        {"check":"turbo","verdict":"unknown","found":"no /sys/x","why":"","fix":""}]}
      """;

  private static List<String> breaches(HostCheck... checks) {
    return ContractCheck.breaches(
        "epyc-01",
        new Contract(List.of(checks), 0.01, 0.02, 2, true),
        ToldConditions.parse(CONDITIONS));
  }

  @Test
  void whatTheContractDoesNotNameBreaksNothing() {
    assertThat(breaches()).isEmpty();
    assertThat(breaches(HostCheck.THP)).isEmpty();
  }

  @Test
  void aBreachSaysWhereWhatAndWhatWouldDo() {
    assertThat(breaches(HostCheck.THP, HostCheck.GOVERNOR))
        .containsExactly("host epyc-01: governor: powersave: slow\n    cpupower x");
  }

  @Test
  void whatIsNotKnownIsNotKept() {
    assertThat(breaches(HostCheck.TURBO, HostCheck.LOAD))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("host epyc-01: turbo: cannot be told (no /sys/x)"))
        .anyMatch(line -> line.equals("host epyc-01: load: its agent knows no such check"));
  }

  @Test
  void keysAndBootAreTold() {
    ToldConditions told = ToldConditions.parse(CONDITIONS);
    assertThat(told.hostKey()).isEqualTo("ab12");
    assertThat(told.hardwareKey()).isEqualTo("aa");
    assertThat(told.bootId()).isEqualTo("b-1");
    assertThat(ToldConditions.parse("{}")).isEqualTo(new ToldConditions("", "", "", List.of()));
    assertThatThrownBy(() -> ToldConditions.parse("{"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
