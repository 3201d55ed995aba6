package io.slablab.suites.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveSetTest {
  @Test
  void oldestFirstOut() {
    LiveSet lives = new LiveSet(3);
    for (long object = 1; object <= 3; object++) {
      assertThat(lives.full()).isFalse();
      lives.add(object);
    }
    assertThat(lives.full()).isTrue();
    for (long object = 4; object <= 20; object++) {
      assertThat(lives.removeOldest()).isEqualTo(object - 3);
      lives.add(object);
    }
    assertThat(lives.removeOldest()).isEqualTo(18);
    assertThat(lives.size()).isEqualTo(2);
  }
}
