package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.slablab.agent.AgentsInThisProcess;
import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.ToolVersion;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentHandle;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.deploy.link.Door;
import io.slablab.coordinator.deploy.pki.TestLabs;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Whole campaigns over many hosts whose agents are actors here and whose trials are a file. */
class ManyHostsTest {
  private static final Path MEMORY = Path.of("/dev/shm");

  @TempDir static Path lab;

  private final ActorTestKit kit = ActorTestKit.create("many", config());
  private final ActorRef<Door.Message> door =
      Door.open(kit.system(), "camp", ToolVersion.text(), (_, _) -> "");
  private final ExecutorService trialThreads = Executors.newVirtualThreadPerTaskExecutor();
  private Path folder;
  private RunDirectory run;

  /** The host whose trials send what is no trial's. */
  private volatile String broken = "";

  private static Config config() {
    try {
      Endpoint loopback = Endpoint.loopback(0);
      return ClusterConfig.of(
          ClusterNode.coordinator(
              "camp",
              ToolVersion.text(),
              loopback,
              loopback,
              TestLabs.in(lab.resolve("pki")).coordinator()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void makeFolder() throws IOException {
    folder =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "slablab-many")
            : Files.createTempDirectory("slablab-many");
    run = new RunDirectory(folder.resolve("run"));
    run.create();
  }

  @AfterEach
  void shutDown() throws IOException {
    kit.shutdownTestKit();
    trialThreads.shutdownNow();
    AtomicFiles.deleteTree(folder);
  }

  @Test
  void allHostsRunAtOnceAndEveryTrialIsRecordedOnce() throws Exception {
    CampaignOutcome outcome = campaign(12, 5, Duration.ofSeconds(60));
    assertThat(outcome.complete()).as("%s", outcome).isTrue();
    assertThat(outcome.done()).isEqualTo(60);
    CampaignProgress progress = CampaignProgress.replay(run.journal());
    assertThat(progress.done()).isEqualTo(60);
    assertThat(progress.outcome()).contains("done");
    CampaignOutcome again = campaign(12, 5, Duration.ofSeconds(60));
    assertThat(again.done()).as("nothing left to run").isEqualTo(60);
  }

  @Test
  void aHostWhoseTrialsAllFailIsNamedAndTheOthersGoOn() throws Exception {
    broken = "h1";
    CampaignOutcome outcome = campaign(3, 6, Duration.ofSeconds(60));
    assertThat(outcome.done()).isEqualTo(12);
    assertThat(outcome.failed()).isEqualTo(3);
    assertThat(outcome.shortfalls()).hasSize(1);
    CampaignOutcome.Shortfall aside = outcome.shortfalls().getFirst();
    assertThat(aside.host()).isEqualTo("h1");
    assertThat(aside.reason()).startsWith("3 failures in a row and no trial done, the last: ");
    assertThat(aside.trials()).hasSize(3);
    assertThat(CampaignProgress.replay(run.journal()).outcome()).contains("incomplete");
  }

  /** Long: 100 000 trials on 200 hosts; the heap in use is the same after 20 000 and at the end. */
  @Test
  @EnabledIfSystemProperty(named = "slablab.soak", matches = "true")
  void aHundredThousandTrialsLeaveTheHeapAsItWas() throws Exception {
    long start = System.nanoTime();
    campaign(200, 100, Duration.ofMinutes(5));
    long early = usedAfterCollection();
    AtomicFiles.deleteTree(run.root());
    run.create();
    CampaignOutcome outcome = campaign(200, 500, Duration.ofMinutes(9));
    long late = usedAfterCollection();
    System.out.printf(
        "120000 trials in %d s; heap in use %d KiB after 20000, %d KiB after 120000%n",
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), early >> 10, late >> 10);
    assertThat(outcome.done()).isEqualTo(100_000);
    assertThat(late).isLessThan(early + (8 << 20));
  }

  private static long usedAfterCollection() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private CampaignOutcome campaign(int hosts, int trials, Duration patience) throws Exception {
    Map<String, List<TrialOrder>> planned = new LinkedHashMap<>();
    Map<String, AgentStarter> agents = new LinkedHashMap<>();
    for (int i = 0; i < hosts; i++) {
      String host = "h" + i;
      planned.put(host, Orders.of(host, trials));
      agents.put(host, (_, incarnation) -> start(host, incarnation));
    }
    CampaignProgress before = CampaignProgress.replay(run.journal());
    CompletableFuture<CampaignOutcome> outcome = new CompletableFuture<>();
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC())) {
      CampaignSetup setup =
          new CampaignSetup(
              "camp",
              planned,
              agents,
              run,
              journal,
              before,
              Silence.INSTANCE,
              TrialJudge.LENIENT,
              Deadlines.DEFAULT,
              HostLimits.DEFAULT);
      kit.spawn(CampaignActor.create(setup, door, outcome));
      return outcome.get(patience.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private AgentHandle start(String host, int incarnation) throws IOException {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    kit.spawn(
        AgentsInThisProcess.agent(
            "camp",
            host,
            incarnation,
            folder.resolve("spool-" + host),
            this::trial,
            trialThreads,
            ended));
    return new AgentHandle() {
      @Override
      public long pid() {
        return 1;
      }

      @Override
      public CompletionStage<Integer> onExit() {
        return AgentsInThisProcess.exit(ended);
      }

      @Override
      public String logTail() {
        return "";
      }

      @Override
      public void stop(Duration patience) {}
    };
  }

  private double trial(TrialOrder order, Path directory) {
    try {
      String json = order.host().equals(broken) ? "no JSON" : Orders.trialJson(order, "done");
      Files.writeString(directory.resolve("trial.json"), json);
      return 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
