package io.slablab.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgentCollectionsTest {
  private static long ns(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  @Test
  void aCollectionIsFoundInItsTimeAndInNoOther() throws InterruptedException {
    Instant before = Instant.now();
    try (AgentCollections collections = AgentCollections.listen()) {
      System.gc();
      long to = ns(Instant.now());
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (collections.between(ns(before), to) == 0) { // notified by another thread
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
      assertThat(collections.between(0, ns(before) - 60_000_000_000L)).isZero();
    }
  }
}
