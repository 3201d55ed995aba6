package io.slablab.coordinator.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Appends records and reads them back. Threads: any. */
public final class Journal implements AutoCloseable {

  /** A record and when it was written. */
  public record Entry(Instant at, JournalRecord what) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How much of the file's end is looked at a time to find its last whole line. */
  private static final int TAIL_BYTES = 64 << 10;

  private final FileChannel channel;
  private final Clock clock;
  private final Object disk = new Object();

  /** End of what was written; guarded by this. forcedBytes <= writtenBytes. */
  private long writtenBytes;

  /** End of what is known to be on the disk; guarded by {@link #disk}. */
  private long forcedBytes;

  private Journal(FileChannel channel, Clock clock, long end) {
    this.channel = channel;
    this.clock = clock;
    this.writtenBytes = end;
    this.forcedBytes = end;
  }

  /** Opens for appending; the file is created when absent. A torn last line is cut off first. */
  public static Journal open(Path file, Clock clock) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      long end = endOfLastLine(channel);
      channel.truncate(end).position(end);
      channel.force(true);
      return new Journal(channel, clock, end);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static long endOfLastLine(FileChannel channel) throws IOException {
    long end = channel.size();
    while (end > 0) {
      long start = Math.max(0, end - TAIL_BYTES);
      ByteBuffer piece = ByteBuffer.allocate((int) (end - start));
      while (piece.hasRemaining() && channel.read(piece, start + piece.position()) >= 0) {
        // until the piece is full
      }
      for (int i = piece.position() - 1; i >= 0; i--) {
        if (piece.get(i) == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  /**
   * Writes one record and forces it to the disk before returning. Appenders that wait for the disk
   * at the same time share one force.
   */
  public void append(JournalRecord what) {
    try {
      force(write(what));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append to the journal: " + e.getMessage(), e);
    }
  }

  /** Writes records that belong together, and forces them to the disk once. */
  public void appendAll(List<JournalRecord> records) {
    try {
      long end = 0;
      for (JournalRecord what : records) {
        end = write(what);
      }
      force(end);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append to the journal: " + e.getMessage(), e);
    }
  }

  private synchronized long write(JournalRecord what) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    line.setAll(
        (ObjectNode) JSON.readTree(JSON.writerFor(JournalRecord.class).writeValueAsBytes(what)));
    ByteBuffer bytes =
        ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      writtenBytes += channel.write(bytes);
    }
    return writtenBytes;
  }

  private void force(long upTo) throws IOException {
    synchronized (disk) {
      if (forcedBytes >= upTo) {
        return; // another appender's force came after our write
      }
      long written = written();
      channel.force(true);
      forcedBytes = written;
    }
  }

  private synchronized long written() {
    return writtenBytes;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  /**
   * Reads a whole journal in order.
   *
   * @throws IOException as {@link #replay}
   */
  public static List<Entry> read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    replay(file, entries::add);
    return List.copyOf(entries);
  }

  /**
   * Hands over the entries in order, one at a time: a journal may be larger than the heap.
   *
   * @throws IOException when the file cannot be read, or a line before the last is broken; the
   *     message names the line
   */
  public static void replay(Path file, Consumer<Entry> reader) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), TAIL_BYTES)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(256);
      int number = 1;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          continue;
        }
        reader.accept(parse(line.toByteArray(), file, number));
        line.reset();
        number++;
      }
      // What is left is torn: the crash came before the newline, so nobody was told of the record.
    }
  }

  private static Entry parse(byte[] line, Path file, int number) throws IOException {
    try {
      JsonNode node = JSON.readTree(line);
      Instant at = Instant.parse(node.path("at").asText());
      ((ObjectNode) node).remove("at");
      return new Entry(at, JSON.treeToValue(node, JournalRecord.class));
    } catch (RuntimeException | IOException e) {
      throw new IOException(file + ":" + number + ": broken journal record", e);
    }
  }
}
