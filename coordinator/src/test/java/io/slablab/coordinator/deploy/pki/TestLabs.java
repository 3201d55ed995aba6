package io.slablab.coordinator.deploy.pki;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** Labs whose keys are too short for use, but made in no time. */
public final class TestLabs {
  private static final int KEY_BITS = 1024;

  private TestLabs() {}

  public static LabAuthority in(Path folder) {
    return at(folder, InstantSource.system());
  }

  /** A lab that gave its certificates so long ago. */
  public static LabAuthority in(Path folder, Duration ago) {
    return at(folder, () -> InstantSource.system().instant().minus(ago));
  }

  static LabAuthority at(Path folder, InstantSource clock) {
    return new LabAuthority(folder, clock, KEY_BITS);
  }
}
