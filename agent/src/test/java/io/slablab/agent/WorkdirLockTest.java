package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkdirLockTest {
  @TempDir Path folder;

  @Test
  void aSecondAgentIsRefusedAndToldWhoIsThere() throws IOException {
    Path workdir = folder.resolve("agent");
    try (WorkdirLock _ = WorkdirLock.take(workdir, "c-1")) {
      assertThatThrownBy(() -> WorkdirLock.take(workdir, "c-2"))
          .isInstanceOf(WorkdirLock.Held.class)
          .hasMessageContaining("campaign c-1, process " + ProcessHandle.current().pid());
    }
    WorkdirLock.take(workdir, "c-2").close();
  }
}
