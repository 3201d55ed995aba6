package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.protocol.HostIdentity;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.e2e.Fault.Struck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Others who want something of a lab's hosts, and hosts that are not what they were. */
final class StrangerFaults {
  /** Six intervals of each of two blocks. */
  private static final int WINDOWS = 12;

  private StrangerFaults() {}

  static Struck secondCoordinator(FaultScene scene) throws Exception {
    scene.campaign().awaitWindow(scene.lab(), "h1");
    Struck struck = Struck.now("h1");
    try (LabCampaign second = scene.start("second", scene.inventory(), "h1:h2")) {
      Slablab.Result result = second.end();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(5);
      assertThat(result.stderr())
          .contains("host h1 was set aside", "in use: agent", "wait for its end");
      assertThat(second.journal().done()).isZero();
      return struck.detected(
          Duration.between(first(second, "campaign-started"), first(second, "host-away")));
    }
  }

  private static Instant first(LabCampaign campaign, String type) throws Exception {
    return campaign
        .journal()
        .of(type)
        .map(record -> Instant.parse(record.path("at").asText()))
        .findFirst()
        .orElseThrow();
  }

  /** Of another campaign, which starts on nothing. */
  static Struck otherHostKey(FaultScene scene) throws Exception {
    LabHosts lab = scene.lab();
    scene.campaign().awaitWindow(lab, "h1");
    List<String> keys = new ArrayList<>(Files.readAllLines(lab.knownHosts()));
    keys.set(1, keys.get(1).split(" ", -1)[0] + keys.get(0).replaceFirst("^\\S+", ""));
    Path known = Files.write(scene.folder().resolve("other_known_hosts"), keys);
    String misled = scene.inventory().replace(lab.knownHosts().toString(), known.toString());
    Struck struck = Struck.now("h2");
    try (LabCampaign second = scene.start("other-key", misled, "h2")) {
      Slablab.Result result = second.end();
      assertThat(result.exitCode()).isEqualTo(5);
      assertThat(result.stderr()).contains("h2: " + known + ":2: the key of");
      assertThat(second.run()).doesNotExist();
    }
    return struck.detected(Duration.between(struck.at(), Instant.now()));
  }

  /** Of the lab's own authority, which gave it a month ago. */
  static Struck expiredCertificate(FaultScene scene) throws Exception {
    Instant then = Instant.now().minus(Duration.ofDays(30));
    HostIdentity expired =
        new LabAuthority(scene.pki("state"), () -> then).token("visitor", Duration.ofDays(7));
    scene.campaign().awaitWindow(scene.lab(), "h1");
    return refused(scene, expired, "which is good from");
  }

  static Struck foreignCertificate(FaultScene scene) throws Exception {
    HostIdentity foreign =
        new LabAuthority(scene.pki("other"), Instant::now).token("h1", Duration.ofDays(7));
    scene.campaign().awaitWindow(scene.lab(), "h1");
    return refused(scene, foreign, "which is not of this lab");
  }

  private static Struck refused(FaultScene scene, HostIdentity identity, String words)
      throws Exception {
    LabCampaign campaign = scene.campaign();
    HostIdentity good =
        new LabAuthority(scene.pki("state"), Instant::now).token("guest", Duration.ofDays(7));
    assertThat(TlsPeer.refused(campaign.address(), good)).as("a good one").isFalse();
    Struck struck = Struck.now("h1");
    assertThat(TlsPeer.refused(campaign.address(), identity)).isTrue();
    campaign.await(
        "a line in the log", () -> Optional.of(campaign.log()).filter(log -> log.contains(words)));
    return struck.detected(Duration.between(struck.at(), Instant.now()));
  }

  /** Host h4 has a clock of its own. */
  static Struck otherClock(FaultScene scene) throws Exception {
    LabCampaign campaign = scene.campaign();
    campaign.end();
    Path clock = campaign.run().resolve("hosts").resolve("h4").resolve("clock.json");
    assertThat(new ObjectMapper().readTree(clock.toFile()).path("aheadSeconds").asDouble())
        .isBetween(3590.0, 3610.0);
    Path logs = scene.folder().resolve("hlog");
    Slablab.Result exported =
        Slablab.run(
            scene.folder(),
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
    // A cell and variant each of two hosts.
    assertThat(windows).hasSize(4).allMatch(count -> count == WINDOWS);
    return Struck.now("h4");
  }
}
