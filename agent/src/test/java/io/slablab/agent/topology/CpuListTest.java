package io.slablab.agent.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-3|0-3|4",
        "3,2,1,0|0-3|4",
        "0,192|0,192|2",
        "4-5,7|4-5,7|3",
        "'\n'|''|0",
        "'  (null)'|''|0",
        "7|7|1"
      })
  void readsAndPrintsTheKernelsFormat(String text, String printed, int size) {
    assertThat(CpuList.parse(text)).hasToString(printed);
    assertThat(CpuList.parse(text).size()).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "1-", "-1", "3-1", "1,,2", "0-99999999", "+1", "0x3"})
  void refusesWhatIsNoList(String text) {
    assertThatThrownBy(() -> CpuList.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void printingAndReadingAreInverse(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CpuList list = CpuList.of(random.ints(random.nextInt(1, 200), 0, 512));

    assertThat(CpuList.parse(list.toString())).isEqualTo(list);
  }

  @Test
  void setOperationsLeaveTheirOperandsAlone() {
    CpuList a = CpuList.parse("0-3");
    CpuList b = CpuList.parse("2-5");

    assertThat(a.and(b)).hasToString("2-3");
    assertThat(a.or(b)).hasToString("0-5");
    assertThat(a.minus(b)).hasToString("0-1");
    assertThat(a).hasToString("0-3");
    assertThat(b.containsAll(a)).isFalse();
    assertThat(a.intersects(b)).isTrue();
    assertThat(b.first()).isEqualTo(2);
  }
}
