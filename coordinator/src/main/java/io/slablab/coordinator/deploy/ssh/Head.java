package io.slablab.coordinator.deploy.ssh;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the beginning of a text and drops the rest. Threads: one writes, any reads. */
final class Head extends OutputStream {
  private final int mostBytes;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  Head(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public synchronized void write(int b) {
    if (kept.size() < mostBytes) {
      kept.write(b);
    }
  }

  synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8).strip();
  }
}
