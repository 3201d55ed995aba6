package io.slablab.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second agent out of an agent's folder: two of them would measure each other and share one
 * spool. The kernel's lock is what counts, so that a dead agent holds nothing.
 */
final class WorkdirLock implements AutoCloseable {

  /** Another agent has the folder; the message is for the user. */
  static final class Held extends IOException {
    private static final long serialVersionUID = 1L;

    Held(Path workdir, String holder) {
      super(
          "another agent works in %s (%s): two coordinators cannot share a host"
              .formatted(workdir, holder));
    }
  }

  private final FileChannel channel;

  private WorkdirLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder where it is absent and takes it for this process.
   *
   * @throws Held when another process, or this one, has it
   */
  static WorkdirLock take(Path workdir, String campaign) throws IOException {
    Files.createDirectories(workdir);
    Path file = workdir.resolve("agent.lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new Held(workdir, Files.readString(file).strip());
      }
      String holder =
          "campaign %s, process %d%n".formatted(campaign, ProcessHandle.current().pid());
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
      return new WorkdirLock(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // by this JVM
    }
  }

  @Override
  public void close() throws IOException {
    channel.close(); // which releases the lock
  }
}
