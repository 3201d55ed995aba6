package io.slablab.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  @TempDir Path folder;
  private RunDirectory run;

  @BeforeEach
  void create() throws IOException {
    run = new RunDirectory(folder.resolve("run"));
    run.create();
  }

  @Test
  void aHeldRunDirectoryIsRefusedAndItsHolderNamed() throws IOException {
    try (RunLock _ = RunLock.take(run)) {
      assertThatThrownBy(() -> RunLock.take(run))
          .isInstanceOf(RunLock.Held.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("slablab stop");
    }
  }

  @Test
  void aLockThatWasGivenBackIsFreeAndCanBeTakenAgain() throws IOException {
    assertThat(RunLock.holder(run)).isEmpty();
    RunLock.take(run).close();
    assertThat(RunLock.holder(run)).isEmpty();
    RunLock.take(run).close();
  }

  @Test
  void aMarkFindsItsOwnProcessAndNoLaterOneWithItsPid() {
    ProcessMark self = ProcessMark.self();
    assertThat(self.find().map(ProcessHandle::pid)).contains(self.pid());
    assertThat(new ProcessMark(self.pid(), self.startTicks() + 1).find()).isEmpty();
  }
}
