package io.slablab.agent.protocol;

import java.util.zip.CRC32C;

/** What an agent tells of a trial. */
public sealed interface TrialEvent extends AgentEvent {
  /** Most bytes of a file that one {@link Chunk} carries: well below a frame of the transport. */
  int CHUNK_BYTES = 100 << 10;

  String trialId();

  /** The trial's process is being started, or runs already. */
  record Accepted(String trialId) implements TrialEvent {}

  /** Refused: another trial runs. */
  record Busy(String trialId, String runningTrialId) implements TrialEvent {}

  /**
   * One measured interval ended.
   *
   * @param iteration from 1
   */
  record Progress(String trialId, int iteration, double opsPerSecond) implements TrialEvent {}

  /** The trial is over and waits on the agent's disk until it is acknowledged. */
  record Ended(TrialResult result) implements TrialEvent {
    @Override
    public String trialId() {
      return result.trialId();
    }
  }

  /**
   * A part of a file, as asked for.
   *
   * @param offset of its first byte in the file
   * @param data at most {@value #CHUNK_BYTES} bytes
   * @param crc32c of the data
   */
  record Chunk(String trialId, TrialFile file, long offset, byte[] data, int crc32c)
      implements TrialEvent {

    /** A chunk with its checksum. */
    public static Chunk of(String trialId, TrialFile file, long offset, byte[] data) {
      return new Chunk(trialId, file, offset, data, checksum(data));
    }

    /** Whether the data is what the agent read. */
    public boolean sound() {
      return data.length <= CHUNK_BYTES && checksum(data) == crc32c;
    }

    private static int checksum(byte[] data) {
      CRC32C checksum = new CRC32C();
      checksum.update(data);
      return (int) checksum.getValue();
    }
  }

  /**
   * A chunk was asked for of a trial that is not here, or whose files cannot be read.
   *
   * @param reason one line
   */
  record NotHeld(String trialId, String reason) implements TrialEvent {}
}
