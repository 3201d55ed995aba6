package io.slablab.coordinator.selftest;

import io.slablab.coordinator.stats.Streams;

/** Seeds of campaigns, each a function of the self-test's own and of what the campaign is for. */
record Seeds(long seed) {
  long of(String label, int campaign) {
    return Streams.of(seed, label + "/" + campaign).next();
  }
}
