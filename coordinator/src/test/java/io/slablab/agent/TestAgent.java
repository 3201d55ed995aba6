package io.slablab.agent;

import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent's connections with trials that never start; in a thread of its own. */
final class TestAgent implements AutoCloseable {
  private final AtomicInteger incarnation = new AtomicInteger();
  private final AnnouncedTrials trials = new AnnouncedTrials(new NoTrials());
  private final CompletableFuture<Connections.End> end = new CompletableFuture<>();
  private final Connections connections;
  private final Thread thread;

  TestAgent(String campaign, String version, String host, String coordinator, Path identity)
      throws IOException {
    this(campaign, version, host, coordinator, identity, Duration.ofSeconds(20));
  }

  TestAgent(
      String campaign,
      String version,
      String host,
      String coordinator,
      Path identity,
      Duration patience)
      throws IOException {
    TrialDesk desk =
        new TrialDesk(trials, Spool.open(Files.createTempDirectory("spool")), Runnable::run);
    Endpoint any = Endpoint.loopback(0);
    connections =
        new Connections(
            new ClusterNode(campaign, version, any, any, coordinator, identity),
            host,
            incarnation,
            trials,
            serving ->
                AgentActor.create(
                    serving,
                    () ->
                        new HostDescribed(
                            host, incarnation.get(), 7, "25", "boot", "{}", "{}", "", ""),
                    desk,
                    patience.plusMinutes(1)),
            new Connections.Patience(patience, Duration.ofSeconds(2)),
            InstantSource.system());
    thread = Thread.ofPlatform().daemon().name("agent-" + host).start(this::serve);
  }

  private void serve() {
    try {
      end.complete(connections.serve());
    } catch (InterruptedException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  CompletableFuture<Connections.End> end() {
    return end;
  }

  @Override
  public void close() throws InterruptedException {
    connections.close();
    thread.join(10_000);
  }

  private static final class NoTrials implements TrialExecutor {
    @Override
    public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
      throw new AssertionError("no trial is asked for");
    }

    @Override
    public void cancel() {}
  }
}
