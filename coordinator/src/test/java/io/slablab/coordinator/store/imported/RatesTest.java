package io.slablab.coordinator.store.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {
  private static double rate(Rates rates, int i) {
    return rates.ops()[i] * 1e9 / rates.durationNs();
  }

  @Test
  void valuesOfFewDecimalsAreExactAndAllOfOneTime() {
    double[] values = {44684.2, 50021.75, 3};
    Rates rates = Rates.of(values);
    assertThat(rates.durationNs()).isEqualTo(100_000_000_000L);
    for (int i = 0; i < values.length; i++) {
      assertThat(rate(rates, i)).isEqualTo(values[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1234.567890123456, 9.87654321e12, 3.3333333333e9, 12.345678901})
  void othersKeepNineDigitsOrMore(double value) {
    assertThat(rate(Rates.of(new double[] {value}), 0)).isCloseTo(value, within(1e-9 * value));
  }

  @Test
  void nothingAndZeroAreFine() {
    assertThat(Rates.of(new double[0]).ops()).isEmpty();
    assertThat(Rates.of(new double[] {0}).ops()).containsExactly(0);
  }
}
