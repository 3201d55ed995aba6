package io.slablab.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateFolderTest {

  @Test
  void itIsTheUsersOwnOrWhereXdgSays() {
    Path home = Path.of("/home/u");
    assertThat(StateFolder.of(Map.of(), home).root()).hasToString("/home/u/.local/state/slablab");
    assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "/s"), home).pki())
        .hasToString("/s/slablab/pki");
    assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "s"), home).runs().folder())
        .hasToString("/home/u/.local/state/slablab/runs");
  }

  /** Tests that run commands in this process must not meet the runs of who builds. */
  @Test
  void theBuildsTestsHaveTheirOwn() {
    assertThat(StateFolder.ofUser().root()).startsWithRaw(Path.of("target").toAbsolutePath());
  }
}
