package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

  @ParameterizedTest
  @CsvSource({
    "72, 132, 72",
    ", 132, 132",
    ", , 100",
    "0, , 100",
    "x, 81, 81",
    "9999, , 240",
    "5, , 40",
    "99999999999, 90, 90"
  })
  void aWidthIsWhatAUserAsksForOrATerminalHas(
      @Nullable String asked, @Nullable String told, int columns) {
    assertThat(Terminal.columns(asked, told, 100)).isEqualTo(columns);
  }
}
