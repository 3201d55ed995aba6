package io.slablab.agent.protocol;

import java.util.Optional;

/**
 * The files a trial may leave. They travel by these constants, never by a name: no text from
 * another machine becomes part of a path.
 */
public enum TrialFile {
  TRIAL("trial.json", 8 << 20),
  LATENCY("latency.hlog", 64 << 20),
  JMH("jmh.json", 16 << 20),
  LOCKS("locks.json", 8 << 20),
  ALLOCATOR("allocator.json", 16 << 20),
  STDOUT("stdout.txt", 4 << 20),
  STDERR("stderr.txt", 4 << 20),

  /** What a JVM says when it dies by itself. */
  JVM_ERROR("hs_err.txt", 4 << 20);

  /** Most bytes that all files of one trial have together. */
  public static final long MOST_BYTES_PER_TRIAL = 96 << 20;

  private final String fileName;
  private final long mostBytes;

  TrialFile(String fileName, long mostBytes) {
    this.fileName = fileName;
    this.mostBytes = mostBytes;
  }

  /** The name under which both sides store it. */
  public String fileName() {
    return fileName;
  }

  /** Whether the beginning of a larger file is worth having. */
  public boolean isOutput() {
    return this == STDOUT || this == STDERR || this == JVM_ERROR;
  }

  /** A larger file is neither sent nor taken. */
  public long mostBytes() {
    return mostBytes;
  }

  /** The constant of a file that lies in a trial's folder. */
  public static Optional<TrialFile> of(String fileName) {
    for (TrialFile file : values()) {
      if (file.fileName.equals(fileName)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
