package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.protocol.HostIdentity;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.e2e.LabHosts.Inhabitant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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
 * <p>Writes what it measured to {@code target/lab-faults.md}. Takes ten minutes: profile {@code
 * lab}; {@code -Dslablab.faults=REGEX} chooses among them by name.
 */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabFaultMatrixIT {
  /** Two blocks of two variants. */
  private static final int TRIALS_PER_HOST = 4;

  private static final int DONE = 0;
  private static final int INFRASTRUCTURE = 5;

  private Path folder = Path.of("");
  private LabHosts lab;
  private final FaultTable table = new FaultTable();
  private int campaigns;

  /**
   * What was done to a campaign.
   *
   * @param host that it was done to
   * @param detected where the journal of the campaign does not say it
   */
  private record Struck(String host, Instant at, Optional<Duration> detected) {
    static Struck now(String host) {
      return new Struck(host, Instant.now(), Optional.empty());
    }

    Struck detected(Duration after) {
      return new Struck(host, at, Optional.of(after));
    }
  }

  private interface Script {
    Struck strike(LabCampaign campaign) throws Exception;
  }

  /**
   * One row.
   *
   * @param name of the table's first column
   * @param hosts pattern of the campaign's hosts
   * @param exitCode of the campaign
   * @param says a part of what the user is told; empty where there is nothing to tell
   */
  private record Fault(
      String name, String hosts, int exitCode, String says, boolean unfinished, Script script) {
    Fault(String name, String hosts, int exitCode, String says, Script script) {
      this(name, hosts, exitCode, says, false, script);
    }

    /** The campaign ends with trials missing, which another coordinator runs. */
    Fault resumed() {
      return new Fault(name, hosts, exitCode, says, true, script);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  void up(@TempDir Path whole) throws Exception {
    folder = whole;
    lab = LabHosts.up(folder.resolve("lab"), 5, "--home-size", "h3=700m", "--clock", "h4=+3600s");
    lab.nat("h5");
  }

  /** Host h5 is behind NAT. */
  private String inventory() {
    return lab.inventory("{}").replace("h5: {", "h5: {slablab: {tunnel: true}, ");
  }

  @AfterAll
  void down() throws Exception {
    if (lab != null) {
      lab.close();
      table.write(Path.of("target", "lab-faults.md"));
    }
  }

  private Stream<Fault> faults() {
    return Stream.of(
            new Fault("none", "h1:h2", DONE, "", _ -> Struck.now("h1")),
            new Fault(
                "link cut for 2 s while a trial is measured",
                "h1:h2",
                DONE,
                "",
                campaign -> cut(campaign, "h1", 2)),
            new Fault(
                "link cut for 20 s while a trial is measured",
                "h1:h2",
                DONE,
                "the connection to the agent was lost",
                campaign -> cut(campaign, "h1", 20)),
            new Fault(
                "frames dropped for 20 s while a trial is measured",
                "h1:h2",
                DONE,
                "the connection to the agent was lost",
                this::mute),
            new Fault(
                "host frozen for 20 s while a trial is measured",
                "h1:h2",
                DONE,
                "the connection to the agent was lost",
                campaign -> freeze(campaign, 20)),
            new Fault(
                "host frozen for 3 s while a trial is measured",
                "h1:h2",
                DONE,
                "trial-tainted: it stood still for",
                campaign -> freeze(campaign, 3)),
            new Fault(
                "agent killed while a trial is measured",
                "h1:h2",
                INFRASTRUCTURE,
                "the agent ended (killed by signal 9)",
                campaign -> kill(campaign, LabCampaign.AGENT)),
            new Fault(
                "trial's JVM killed",
                "h1:h2",
                INFRASTRUCTURE,
                "killed",
                campaign -> kill(campaign, LabCampaign.TRIAL)),
            new Fault(
                "coordinator killed, run resumed",
                "h1:h2",
                DONE,
                "",
                campaign -> killCoordinator(campaign, "h1")),
            new Fault(
                "agent's disk full for a trial",
                "h2:h3",
                INFRASTRUCTURE,
                "No space left on device",
                this::fillDisk),
            new Fault(
                "power cut and boot while a trial is measured",
                "h1:h2",
                INFRASTRUCTURE,
                "the host was booted anew",
                this::powerCut),
            new Fault(
                    "host down for good, later resumed",
                    "h1:h2",
                    INFRASTRUCTURE,
                    "host h1 was set aside",
                    this::goDown)
                .resumed(),
            new Fault(
                    "agent killed at each start, set aside, later resumed",
                    "h1:h2",
                    INFRASTRUCTURE,
                    "host h1 was set aside: the agent ended (killed by signal 9)",
                    this::killAlways)
                .resumed(),
            new Fault(
                "second coordinator on the same hosts", "h1:h2", DONE, "", this::secondCoordinator),
            new Fault(
                "a host shows another key than known_hosts has",
                "h1:h2",
                DONE,
                "",
                this::otherHostKey),
            new Fault("expired certificate connects", "h1:h2", DONE, "", this::expiredCertificate),
            new Fault(
                "certificate of another lab connects", "h1:h2", DONE, "", this::foreignCertificate),
            new Fault(
                "link of a host behind NAT cut for 20 s",
                "h2:h5",
                DONE,
                "the connection to the agent was lost",
                campaign -> cut(campaign, "h5", 20)),
            new Fault(
                "coordinator of a host behind NAT killed, run resumed",
                "h2:h5",
                DONE,
                "",
                campaign -> killCoordinator(campaign, "h5")),
            new Fault("clock one hour ahead", "h2:h4", DONE, "", this::otherClock))
        .filter(fault -> fault.name().matches(System.getProperty("slablab.faults", ".*")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void nothingIsLostOrDoubled(Fault fault) throws Exception {
    Path run = folder.resolve("run-" + ++campaigns);
    try (LabCampaign campaign = start(run, fault.hosts())) {
      Struck struck = fault.script().strike(campaign);
      Slablab.Result result = campaign.end();
      CampaignJournal journal = campaign.journal();
      String outcome = "exit " + result.exitCode();
      String told = result.stderr() + journal.reasons(struck.host());
      assertThat(told).contains(fault.says());
      assertThat(result.exitCode()).as(told).isEqualTo(fault.exitCode());
      if (fault.unfinished()) {
        assertThat(journal.lost()).isPositive();
        outcome += ", " + journal.lost() + " missing and named; resumed: exit " + resume(campaign);
        journal = campaign.journal();
      }
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
              struck.detected().or(detected(journal, struck))));
      check(journal, fault);
    }
  }

  private static java.util.function.Supplier<Optional<? extends Duration>> detected(
      CampaignJournal journal, Struck struck) {
    return () -> journal.trouble(struck.host(), struck.at());
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
          .filteredOn(path -> !path.endsWith(".lock"))
          .isEmpty();
    }
  }

  /** What a host has beyond the agent's archives. */
  private List<String> files(String host) throws Exception {
    String found =
        lab.exec(
            host,
            "sh",
            "-c",
            "find ~/.slablab /tmp -mindepth 1 ! -path '*/archives*' ! -path '*/jars*' 2>/dev/null"
                + " | grep -vE '/.slablab/(lock|incoming|campaigns)$' || true");
    return found.lines().toList();
  }

  private LabCampaign start(Path run, String hosts) throws IOException {
    return LabCampaign.start(folder, run, inventory(), hosts);
  }

  private int resume(LabCampaign campaign) throws IOException, InterruptedException {
    return campaign.resume().end().exitCode();
  }

  // ---- faults ----

  private Struck cut(LabCampaign campaign, String host, int seconds) throws Exception {
    campaign.awaitWindow(lab, host);
    lab.cut(host);
    Struck struck = Struck.now(host);
    TimeUnit.SECONDS.sleep(seconds);
    lab.join(host);
    return struck;
  }

  private Struck mute(LabCampaign campaign) throws Exception {
    campaign.awaitWindow(lab, "h1");
    lab.mute("h1");
    Struck struck = Struck.now("h1");
    TimeUnit.SECONDS.sleep(20);
    lab.unmute("h1");
    return struck;
  }

  private Struck freeze(LabCampaign campaign, int seconds) throws Exception {
    campaign.awaitWindow(lab, "h1");
    lab.freeze("h1");
    Struck struck = Struck.now("h1");
    TimeUnit.SECONDS.sleep(seconds);
    lab.thaw("h1");
    return struck;
  }

  private Struck kill(LabCampaign campaign, String what) throws Exception {
    campaign.awaitWindow(lab, "h1");
    Inhabitant victim = lab.process("h1", what).orElseThrow();
    LabHosts.kill9(victim);
    return Struck.now("h1");
  }

  private Struck killCoordinator(LabCampaign campaign, String host) throws Exception {
    campaign.awaitWindow(lab, host);
    campaign.kill9();
    assertThat(lab.process(host, LabCampaign.AGENT)).as("it waits").isPresent();
    Struck struck = Struck.now(host);
    campaign.resume();
    return struck;
  }

  private Struck fillDisk(LabCampaign campaign) throws Exception {
    campaign.awaitWindow(lab, "h3");
    lab.fill("h3");
    Struck struck = Struck.now("h3");
    campaign.await(
        "a failed trial of h3",
        () -> campaign.journal().of("trial-failed").findFirst().map(_ -> true));
    lab.drain("h3");
    return struck;
  }

  private Struck powerCut(LabCampaign campaign) throws Exception {
    campaign.awaitWindow(lab, "h1");
    lab.mute("h1"); // nobody is told
    Struck struck = Struck.now("h1");
    lab.crash("h1");
    lab.unmute("h1");
    lab.boot("h1");
    return struck;
  }

  private Struck goDown(LabCampaign campaign) throws Exception {
    campaign.awaitWindow(lab, "h1");
    lab.mute("h1");
    Struck struck = Struck.now("h1");
    lab.crash("h1");
    campaign.end();
    lab.unmute("h1");
    lab.boot("h1");
    return struck;
  }

  private Struck killAlways(LabCampaign campaign) throws Exception {
    Inhabitant agent = campaign.awaitAgent(lab, "h1", 0);
    LabHosts.kill9(agent);
    Struck struck = Struck.now("h1");
    for (int death = 2; death <= 3; death++) {
      agent = campaign.awaitAgent(lab, "h1", agent.pid());
      LabHosts.kill9(agent);
    }
    return struck;
  }

  private Struck secondCoordinator(LabCampaign first) throws Exception {
    first.awaitWindow(lab, "h1");
    Struck struck = Struck.now("h1");
    Path run = folder.resolve("second-" + campaigns);
    try (LabCampaign second = start(run, "h1:h2")) {
      Slablab.Result result = second.end();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(INFRASTRUCTURE);
      assertThat(result.stderr())
          .contains("host h1 was set aside", "in use: agent", "wait for its end");
      assertThat(second.journal().done()).isZero();
      return struck.detected(
          Duration.between(
              second
                  .journal()
                  .of("campaign-started")
                  .map(record -> Instant.parse(record.path("at").asText()))
                  .findFirst()
                  .orElseThrow(),
              second
                  .journal()
                  .of("host-away")
                  .map(record -> Instant.parse(record.path("at").asText()))
                  .findFirst()
                  .orElseThrow()));
    }
  }

  /** Of another campaign, which starts on nothing. */
  private Struck otherHostKey(LabCampaign campaign) throws Exception {
    campaign.awaitWindow(lab, "h1");
    List<String> keys = new ArrayList<>(Files.readAllLines(lab.knownHosts()));
    keys.set(1, keys.get(1).split(" ", -1)[0] + keys.get(0).replaceFirst("^\\S+", ""));
    Path known = Files.write(folder.resolve("other_known_hosts"), keys);
    Path run = folder.resolve("other-key-" + campaigns);
    String misled = inventory().replace(lab.knownHosts().toString(), known.toString());
    Struck struck = Struck.now("h2");
    try (LabCampaign second = LabCampaign.start(folder, run, misled, "h2")) {
      Slablab.Result result = second.end();
      assertThat(result.exitCode()).isEqualTo(INFRASTRUCTURE);
      assertThat(result.stderr()).contains("h2: " + known + ":2: the key of");
      assertThat(run).doesNotExist();
    }
    return struck.detected(Duration.between(struck.at(), Instant.now()));
  }

  private Struck expiredCertificate(LabCampaign campaign) throws Exception {
    Instant then = Instant.now().minus(Duration.ofDays(30));
    // The lab's own authority, which gave a token a month ago.
    HostIdentity expired =
        new LabAuthority(pki("state"), () -> then).token("visitor", Duration.ofDays(7));
    campaign.awaitWindow(lab, "h1");
    return refused(campaign, expired, "which is good from");
  }

  private Struck foreignCertificate(LabCampaign campaign) throws Exception {
    HostIdentity foreign =
        new LabAuthority(pki("other"), Instant::now).token("h1", Duration.ofDays(7));
    campaign.awaitWindow(lab, "h1");
    return refused(campaign, foreign, "which is not of this lab");
  }

  /** The state folder of a user. */
  private Path pki(String user) throws IOException {
    return folder.resolve(user).resolve("slablab").resolve("pki");
  }

  private Struck refused(LabCampaign campaign, HostIdentity identity, String words)
      throws Exception {
    HostIdentity good =
        new LabAuthority(pki("state"), Instant::now).token("guest", Duration.ofDays(7));
    assertThat(TlsPeer.refused(campaign.address(), good)).as("a good one").isFalse();
    Struck struck = Struck.now("h1");
    assertThat(TlsPeer.refused(campaign.address(), identity)).isTrue();
    campaign.await(
        "a line in the log", () -> Optional.of(campaign.log()).filter(log -> log.contains(words)));
    return struck.detected(Duration.between(struck.at(), Instant.now()));
  }

  private Struck otherClock(LabCampaign campaign) throws Exception {
    campaign.end();
    Path clock = campaign.run().resolve("hosts").resolve("h4").resolve("clock.json");
    assertThat(new ObjectMapper().readTree(clock.toFile()).path("aheadSeconds").asDouble())
        .isBetween(3590.0, 3610.0);
    Path logs = folder.resolve("hlog-" + campaigns);
    Slablab.Result exported =
        Slablab.run(
            folder,
            "export",
            campaign.run().toString(),
            "--format",
            "hlog",
            "--out",
            logs.toString());
    assertThat(exported.exitCode()).as(exported.stderr()).isZero();
    List<Long> windows = new ArrayList<>();
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".hlog")).toList()) {
        windows.add(
            Files.readAllLines(file).stream().filter(line -> line.matches("[0-9].*")).count());
      }
    }
    // Six intervals of each of two blocks, and a cell and variant each of two hosts.
    assertThat(windows).hasSize(4).allMatch(count -> count == 12);
    return Struck.now("h4");
  }
}
