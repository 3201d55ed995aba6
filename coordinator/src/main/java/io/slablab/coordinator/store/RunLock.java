package io.slablab.coordinator.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps two coordinators off one run directory. The kernel's lock on the file is what counts, so
 * that a dead holder holds nothing; its content only says who holds it.
 */
public final class RunLock implements AutoCloseable {

  /**
   * Who holds a lock.
   *
   * @param machine name of the host the coordinator runs on
   */
  public record Holder(long pid, long startTicks, String machine) {

    /** The process, if it runs on this machine. */
    public Optional<ProcessHandle> process() {
      return machine.equals(machineName())
          ? new ProcessMark(pid, startTicks).find()
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "process " + pid + " on " + machine;
    }
  }

  /** Another coordinator has the run directory; the message is for the user. */
  public static final class Held extends IOException {
    private static final long serialVersionUID = 1L;

    Held(Path run, String holder) {
      super(
          run
              + ": a coordinator is at work here ("
              + holder
              + ")\n    'slablab status "
              + run
              + "' shows how far it is, 'slablab stop "
              + run
              + "' ends it");
    }
  }

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final String NOBODY_KNOWN = "unknown process";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock for this process; {@link #close}, or the process's end, gives it back.
   *
   * @throws Held when another process, or this one, has it
   */
  public static RunLock take(RunDirectory run) throws IOException {
    FileChannel channel =
        FileChannel.open(
            run.lock(),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new Held(run.root(), read(run).map(Holder::toString).orElse(NOBODY_KNOWN));
      }
      ProcessMark self = ProcessMark.self();
      byte[] content =
          JSON.writeValueAsBytes(new Holder(self.pid(), self.startTicks(), machineName()));
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(content), 0);
      return new RunLock(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false; // by this JVM
    }
  }

  /** Who is at work on a run directory; empty when nobody is. Leaves no trace. */
  public static Optional<Holder> holder(RunDirectory run) throws IOException {
    if (!Files.exists(run.lock())) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(run.lock(), StandardOpenOption.READ)) {
      FileLock free = channel.tryLock(0, Long.MAX_VALUE, true);
      if (free != null) {
        return Optional.empty();
      }
    } catch (OverlappingFileLockException _) {
      // by this JVM
    }
    return Optional.of(read(run).orElseGet(() -> new Holder(0, 0, NOBODY_KNOWN)));
  }

  private static Optional<Holder> read(RunDirectory run) {
    try {
      String text = Files.readString(run.lock(), StandardCharsets.UTF_8);
      return Optional.ofNullable(JSON.readValue(text, Holder.class));
    } catch (IOException _) {
      return Optional.empty(); // being written
    }
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "this machine";
    }
  }

  @Override
  public void close() throws IOException {
    channel
        .close(); // which releases the lock; the file stays, as deleting it would race with takers
  }
}
