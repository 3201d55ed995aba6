package io.slablab.coordinator.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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

/** Appends records and reads them back. Threads: any; appends are one at a time. */
public final class Journal implements AutoCloseable {

  /** A record and when it was written. */
  public record Entry(Instant at, JournalRecord what) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;
  private final Clock clock;

  private Journal(FileChannel channel, Clock clock) {
    this.channel = channel;
    this.clock = clock;
  }

  /** Opens for appending; the file is created when absent. A torn last line is cut off first. */
  public static Journal open(Path file, Clock clock) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    long end = Files.exists(file) ? endOfLastLine(Files.readAllBytes(file)) : 0;
    channel.truncate(end).position(end);
    return new Journal(channel, clock);
  }

  private static long endOfLastLine(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /** Writes one record and forces it to the disk before returning. */
  public synchronized void append(JournalRecord what) {
    try {
      ObjectNode line = JSON.createObjectNode();
      line.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
      line.setAll(
          (ObjectNode) JSON.readTree(JSON.writerFor(JournalRecord.class).writeValueAsBytes(what)));
      ByteBuffer bytes =
          ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append to the journal: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  /**
   * Reads a journal in order.
   *
   * @throws IOException when the file cannot be read, or a line before the last is broken; the
   *     message names the line
   */
  public static List<Entry> read(Path file) throws IOException {
    String text = Files.readString(file);
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (int start = 0; start < text.length(); ) {
      int end = text.indexOf('\n', start);
      number++;
      if (end < 0) {
        break; // torn: the crash came before the newline, so the record was never acknowledged
      }
      entries.add(parse(text.substring(start, end), file, number));
      start = end + 1;
    }
    return List.copyOf(entries);
  }

  private static Entry parse(String line, Path file, int number) throws IOException {
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
