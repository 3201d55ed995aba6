package io.slablab.coordinator.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalShellTest {
  private final LocalShell shell = new LocalShell();

  @Test
  void whatACommandSaidIsReadAfterItsEndToo() throws IOException {
    List<String> lines = new ArrayList<>();
    var done =
        shell.exec(
            "echo a; echo b; echo c >&2; exit 3",
            line -> {
              lines.add(line);
              sleep(Duration.ofMillis(100)); // it has ended by now
            },
            Duration.ofSeconds(20));

    assertThat(lines).containsExactly("a", "b");
    assertThat(done.exitCode()).isEqualTo(3);
    assertThat(done.errors()).isEqualTo("c");
  }

  @Test
  void aCommandThatDoesNotEndIsEnded() {
    assertThatThrownBy(() -> shell.exec("exec sleep 60", Duration.ofMillis(300)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has not ended within");
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
