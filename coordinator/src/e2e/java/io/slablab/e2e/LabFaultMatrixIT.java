package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.e2e.Fault.Struck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault a lab is known to have, one campaign each: no trial is lost or counted twice, the
 * exit code says what happened, the user is told why, and no host keeps a process or a file.
 *
 * <p>Rows are independent: each has a folder and a lab's authority of its own, and whatever became
 * of it, the hosts are restored after it. Writes what it measured to {@code target/lab-faults.md}.
 * Takes ten minutes: profile {@code lab}; {@code -Dslablab.faults=REGEX} chooses among them by
 * name.
 */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabFaultMatrixIT {
  /** Two blocks of two variants. */
  private static final int TRIALS_PER_HOST = 4;

  private static final int DONE = 0;
  private static final int INFRASTRUCTURE = 5;
  private static final String LOST = "the connection to the agent was lost";

  private Path folder = Path.of("");
  private LabHosts lab;
  private final FaultTable table = new FaultTable();
  private int rows;

  @BeforeAll
  void up(@TempDir Path whole) throws Exception {
    folder = whole;
    lab = LabHosts.up(folder.resolve("lab"), 5, "--home-size", "h3=700m", "--clock", "h4=+3600s");
    lab.nat("h5");
  }

  @AfterEach
  void restore() throws Exception {
    for (LabHosts.Host host : lab.hosts()) {
      lab.restore(host.name());
    }
  }

  @AfterAll
  void down() throws Exception {
    if (lab != null) {
      lab.close();
      table.write(Path.of("target", "lab-faults.md"));
    }
  }

  private static Stream<Fault> faults() {
    return Stream.of(links(), deaths(), strangers(), behindNat())
        .flatMap(all -> all)
        .filter(fault -> fault.name().matches(System.getProperty("slablab.faults", ".*")));
  }

  private static Fault pair(String name, int exitCode, String says, Fault.Script script) {
    return new Fault(name, "h1:h2", exitCode, says, script);
  }

  private static Stream<Fault> links() {
    return Stream.of(
        pair("none", DONE, "", _ -> Struck.now("h1")),
        pair("link cut for 2 s while a trial is measured", DONE, "", LinkFaults.cut("h1", 2)),
        pair("link cut for 20 s while a trial is measured", DONE, LOST, LinkFaults.cut("h1", 20)),
        pair(
            "frames dropped for 20 s while a trial is measured",
            DONE,
            LOST,
            LinkFaults.mute("h1", 20)),
        pair(
            "host frozen for 20 s while a trial is measured",
            DONE,
            LOST,
            LinkFaults.freeze("h1", 20)),
        pair(
            "host frozen for 3 s while a trial is measured",
            DONE,
            "trial-tainted: it stood still for",
            LinkFaults.freeze("h1", 3)));
  }

  private static Stream<Fault> deaths() {
    return Stream.of(
        pair(
            "agent killed while a trial is measured",
            INFRASTRUCTURE,
            "the agent ended (killed by signal 9)",
            DeathFaults.kill(LabCampaign.AGENT)),
        pair("trial's JVM killed", INFRASTRUCTURE, "killed", DeathFaults.kill(LabCampaign.TRIAL)),
        pair("coordinator killed, run resumed", DONE, "", DeathFaults.killCoordinator("h1")),
        new Fault(
            "agent's disk full for a trial",
            "h2:h3",
            INFRASTRUCTURE,
            "No space left on device",
            DeathFaults::fillDisk),
        pair(
            "power cut and boot while a trial is measured",
            INFRASTRUCTURE,
            "the host was booted anew",
            DeathFaults::powerCut),
        pair(
                "host down for good, later resumed",
                INFRASTRUCTURE,
                "host h1 was set aside",
                DeathFaults::goDown)
            .resumed(),
        pair(
                "agent killed at each start, set aside, later resumed",
                INFRASTRUCTURE,
                "host h1 was set aside: the agent ended (killed by signal 9)",
                DeathFaults::killAgentAlways)
            .resumed());
  }

  private static Stream<Fault> strangers() {
    return Stream.of(
        pair("second coordinator on the same hosts", DONE, "", StrangerFaults::secondCoordinator),
        pair(
            "a host shows another key than known_hosts has",
            DONE,
            "",
            StrangerFaults::otherHostKey),
        pair("expired certificate connects", DONE, "", StrangerFaults::expiredCertificate),
        pair("certificate of another lab connects", DONE, "", StrangerFaults::foreignCertificate));
  }

  private static Stream<Fault> behindNat() {
    return Stream.of(
        new Fault(
            "link of a host behind NAT cut for 20 s",
            "h2:h5",
            DONE,
            LOST,
            LinkFaults.cut("h5", 20)),
        new Fault(
            "coordinator of a host behind NAT killed, run resumed",
            "h2:h5",
            DONE,
            "",
            DeathFaults.killCoordinator("h5")),
        new Fault("clock one hour ahead", "h2:h4", DONE, "", StrangerFaults::otherClock));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void nothingIsLostOrDoubled(Fault fault) throws Exception {
    Path own = Files.createDirectory(folder.resolve("row-" + ++rows));
    try (LabCampaign campaign =
        LabCampaign.start(own, own.resolve("run"), inventory(), fault.hosts())) {
      run(fault, new FaultScene(lab, own, inventory(), campaign));
    } catch (Exception | AssertionError e) {
      table.addFailed(fault.name(), String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** Host h5 is behind NAT. */
  private String inventory() {
    return lab.inventory("{}").replace("h5: {", "h5: {slablab: {tunnel: true}, ");
  }

  private void run(Fault fault, FaultScene scene) throws Exception {
    Struck struck = fault.script().strike(scene);
    LabCampaign campaign = scene.campaign();
    Slablab.Result result = campaign.end();
    CampaignJournal journal = campaign.journal();
    String outcome = "exit " + result.exitCode();
    String told = result.stderr() + journal.reasons(struck.host());
    assertThat(told).contains(fault.says());
    assertThat(result.exitCode()).as(told).isEqualTo(fault.exitCode());
    if (fault.unfinished()) {
      assertThat(journal.lost()).isPositive();
      int resumed = campaign.resume().end().exitCode();
      outcome += ", " + journal.lost() + " missing and named; resumed: exit " + resumed;
      journal = campaign.journal();
    }
    check(journal, fault);
    table.add(
        new FaultTable.Row(
            fault.name(),
            "%s; %d done, %d failed; %s"
                .formatted(
                    outcome,
                    journal.done(),
                    journal.failed(),
                    String.join(", ", journal.reasons(struck.host()))),
            journal.lost(),
            journal.doubled(),
            detected(journal, struck)));
  }

  private static Optional<Duration> detected(CampaignJournal journal, Struck struck) {
    return struck.detected().or(() -> journal.trouble(struck.host(), struck.at()));
  }

  private void check(CampaignJournal journal, Fault fault) throws Exception {
    int planned = TRIALS_PER_HOST * fault.hosts().split(":", -1).length;
    assertThat(journal.lost()).as("lost").isZero();
    assertThat(journal.doubled()).as("doubled").isZero();
    assertThat(journal.done() + journal.failed()).isEqualTo(planned);
    if (fault.exitCode() == DONE) {
      assertThat(journal.failed()).isZero();
    }
    for (LabHosts.Host host : lab.hosts()) {
      assertThat(lab.processes(host.name())).as("processes on " + host.name()).isEmpty();
      assertThat(files(host.name())).as("files on " + host.name()).isEmpty();
    }
    try (Stream<Path> left = Files.walk(journal.run())) {
      assertThat(left.filter(path -> path.getFileName().toString().matches("\\..+|.*\\.part")))
          .filteredOn(path -> !path.endsWith(".lock") && !path.endsWith(".tainted"))
          .isEmpty();
    }
  }

  /** What a host has beyond the agent's archives. */
  private List<String> files(String host) throws IOException, InterruptedException {
    String found =
        lab.exec(
            host,
            "sh",
            "-c",
            "find ~/.slablab /tmp -mindepth 1 ! -path '*/archives*' ! -path '*/jars*' 2>/dev/null"
                + " | grep -vE '/.slablab/(lock|incoming|campaigns)$' || true");
    return found.lines().toList();
  }
}
