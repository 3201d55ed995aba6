package io.slablab.coordinator.deploy.ssh;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Makes lines of bytes, in UTF-8; at the end what is left counts as one. What is too much is
 * dropped, and told once: to throw here would end the connection. Threads: one at a time.
 */
final class LineSink extends OutputStream {
  private static final int MOST_LINE_BYTES = 64 << 10;

  private final Consumer<String> line;
  private final long mostBytes;
  private final Runnable tooMuch;
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private long bytes;
  private boolean full;

  /**
   * @param mostBytes of all lines together
   * @param tooMuch told when they, or one line, are more than is allowed
   */
  LineSink(Consumer<String> line, long mostBytes, Runnable tooMuch) {
    this.line = line;
    this.mostBytes = mostBytes;
    this.tooMuch = tooMuch;
  }

  @Override
  public void write(int b) {
    if (full) {
      return;
    }
    if (++bytes > mostBytes || open.size() >= MOST_LINE_BYTES) {
      full = true;
      open.reset();
      tooMuch.run();
    } else if (b == '\n') {
      end();
    } else {
      open.write(b);
    }
  }

  @Override
  public void close() {
    if (open.size() > 0) {
      end();
    }
  }

  private void end() {
    String text = open.toString(StandardCharsets.UTF_8);
    open.reset();
    line.accept(text);
  }
}
