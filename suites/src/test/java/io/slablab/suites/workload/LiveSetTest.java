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

  @Test
  void anyOneOut() {
    LiveSet lives = new LiveSet(4);
    for (long object = 1; object <= 6; object++) {
      if (lives.full()) {
        lives.removeOldest();
      }
      lives.add(object);
    }
    assertThat(lives.removeAny(3)).as("the newest").isEqualTo(6);
    assertThat(lives.size()).isEqualTo(3);
    assertThat(lives.removeAny(1)).as("3 went in the place of the newest").isEqualTo(5);
    lives.add(7);
    assertThat(lives.removeAny(0)).as("the oldest").isEqualTo(4);
    assertThat(lives.removeOldest() + lives.removeOldest()).isEqualTo(3 + 7);
    assertThat(lives.size()).isZero();
  }
}
