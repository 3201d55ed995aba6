package io.slablab.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.verdict.Gains;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitsTest {

  @ParameterizedTest
  @CsvSource({
    "0.70, 2",
    "0.0956, 3",
    "0.0996, 2",
    "0.996, 1",
    "9.94, 1",
    "9.96, 0",
    "27, 0",
    "310, 0",
    "0.00001, 4",
    "0, 1",
    "NaN, 1",
    "Infinity, 1"
  })
  void twoSignificantDigitsOfTheHalfWidthDecide(double halfWidth, int decimals) {
    assertThat(Digits.decimals(halfWidth)).isEqualTo(decimals);
  }

  @ParameterizedTest
  @CsvSource({
    "0.08, 0.0712, 0.0889, +8.00 %", "-0.029, -0.036, -0.022, -2.90 %",
    "0.334, 0.20, 0.48, +33 %", "-0.000001, -0.1, 0.1, 0 %"
  })
  void gainsTakeTheDigitsOfTheirInterval(double gain, double low, double high, String text) {
    assertThat(Digits.percent(gain, low, high)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.00000099, < 1e-6",
    "0, < 1e-6",
    "0.00004, 4e-05",
    "0.0004, 0.0004",
    "0.0412, 0.041",
    "1, 1"
  })
  void pIsNeverZero(double p, String text) {
    assertThat(Digits.p(p)).isEqualTo(text);
  }

  @Test
  void aTildeWhereNoDifferenceIsShown() throws IOException {
    List<Gains.Row> rows = HandMade.view(Path.of(".")).gains().rows();
    assertThat(rows.stream().map(Digits::gain))
        .containsExactly("+8.00 %", "~", "-2.90 %", "~", "~", "-25 %");
    assertThat(rows.stream().map(Digits::interval))
        .containsExactly(
            "[+7.12, +8.89]", "[-0.41, +0.96]", "[-3.60, -2.20]", "-", "[-3.1, +5.3]", "[-41, -5]");
  }

  @ParameterizedTest
  @CsvSource({
    "812345.6, ops/s, 812 k/s", "999.6, ops/s, 1.00 k/s", "999.4, ops/s, 999 /s", "0, ops/s, 0 /s",
    "1830, ns, 1.83 us", "0.756, ns, 0.756 ns", "1200000, ns, 1.20 ms", "103.4, ns/op, 103 ns/op",
    "1310720, B, 1.25 MiB", "1023.9, B, 1.00 KiB", "12.34, widgets, 12.3 widgets", "NaN, ns, -"
  })
  void levelsKeepThreeDigits(double value, String unit, String text) {
    assertThat(Units.level(value, unit)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.0001, < 0.001", "0.02, 0.020", "2, 2.000", "12.34, 12.3"})
  void countsPerOperationTellLittleFromNothing(double value, String text) {
    assertThat(Units.perOperation(value)).isEqualTo(text);
  }
}
