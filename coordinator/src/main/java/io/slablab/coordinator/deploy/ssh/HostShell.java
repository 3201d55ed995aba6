package io.slablab.coordinator.deploy.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs commands on a host, over SSH or on this machine. Threads: any. */
@FunctionalInterface
public interface HostShell {

  /**
   * What a command that ended left.
   *
   * @param exitCode 128 where a signal ended it
   * @param lines of its standard output, without line ends
   * @param errors its standard error, cut at some KiB
   */
  record Executed(int exitCode, List<String> lines, String errors) {
    public Executed {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Runs a command and waits for its end. Its input is empty.
   *
   * @param line told of each line of its output as it comes
   * @return without lines
   * @throws IOException when it has not ended by the deadline, prints too much, or the way to the
   *     host is lost
   */
  Executed exec(String command, Consumer<String> line, Duration deadline) throws IOException;

  /** The same, with all lines at the end. */
  default Executed exec(String command, Duration deadline) throws IOException {
    List<String> lines = new ArrayList<>();
    Executed done = exec(command, lines::add, deadline);
    return new Executed(done.exitCode(), lines, done.errors());
  }
}
