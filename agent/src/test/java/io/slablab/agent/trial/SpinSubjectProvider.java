package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.Topology;
import io.slablab.allocator.machine.LockStats;
import io.slablab.suites.workload.OperationStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The workload {@code spin}: some hundred nanoseconds of arithmetic, or a way to go wrong. */
public final class SpinSubjectProvider implements SubjectProvider {

  @Override
  public boolean opens(String workload) {
    return workload.equals("spin");
  }

  @Override
  public Subject open(TrialOrder order, Topology topology) {
    return new SpinSubject(order);
  }

  private static final class SpinSubject implements Subject {
    private final List<OperationStream> streams = new ArrayList<>();

    SpinSubject(TrialOrder order) {
      int rounds = Integer.parseInt(order.params().getOrDefault("rounds", "100"));
      String mode = order.params().getOrDefault("mode", "work");
      order.cpus().forEach(_ -> streams.add(new SpinStream(rounds, mode)));
    }

    @Override
    public OperationStream stream(int worker) {
      return streams.get(worker);
    }

    @Override
    public void beginWindow() {}

    @Override
    public List<LockStats> lockStats() {
      return List.of(new LockStats("pcpu_lock", 10, 2, 0, 300, 100, 200));
    }

    @Override
    public Object conclude() {
      return Map.of("schema", "test");
    }

    @Override
    public void close() {}
  }

  /** Another process stops this one, all its threads, and lets it go on after a second. */
  private static void freeze() {
    String own = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("sh", "-c", "kill -STOP $1; sleep 1; kill -CONT $1", "sh", own)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class SpinStream extends OperationStream {
    private final int rounds;
    private final String mode;
    private long state = 88172645463325252L;
    private long operations;
    private final List<long[]> hoard = new ArrayList<>();

    SpinStream(int rounds, String mode) {
      this.rounds = rounds;
      this.mode = mode;
    }

    @Override
    public void enter() {}

    @Override
    public void leave() {}

    @Override
    public void next() {
      long x = state;
      for (int round = 0; round < rounds; round++) {
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
      }
      state = x;
      if (++operations == 5000 && !mode.equals("work")) {
        fail();
      }
    }

    private void fail() {
      switch (mode) {
        case "throw" -> throw new IllegalStateException("nothing left: objects=0");
        case "exit" -> {
          System.err.println("about to go");
          System.err.flush();
          Runtime.getRuntime().halt(7);
        }
        case "freeze" -> freeze();
        case "heap" -> {
          while (true) {
            hoard.add(new long[1 << 20]);
          }
        }
        default -> throw new IllegalArgumentException(mode);
      }
    }
  }
}
