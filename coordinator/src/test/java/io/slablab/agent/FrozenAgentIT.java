package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.ToolVersion;
import io.slablab.coordinator.deploy.AgentJvm;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.coordinator.deploy.pki.TestLabs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent's JVM that is stopped, and goes on. */
class FrozenAgentIT {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration DETECTED = Duration.ofSeconds(5);

  @TempDir Path folder;

  @Test
  void aFrozenAgentIsMissedWithinFiveSecondsAndComesBackWhenItThaws() throws Exception {
    LabAuthority lab = TestLabs.in(folder.resolve("lab"));
    try (TestCoordinator coordinator =
        new TestCoordinator("c1", ToolVersion.text(), lab.coordinator(), 0)) {
      BlockingQueue<Sighting> sightings = coordinator.expect("h", 1);
      Process agent = start(coordinator, lab.host("h"));
      try {
        assertThat(TestCoordinator.next(sightings, START)).isInstanceOf(Sighting.Here.class);
        TimeUnit.SECONDS.sleep(2); // a few beats
        signal("STOP", agent);
        assertThat(TestCoordinator.next(sightings, DETECTED)).isEqualTo(new Sighting.Lost(1));
        signal("CONT", agent);
        Sighting again = TestCoordinator.next(sightings, START);
        ((Sighting.Here) again).agent().tell(new AgentCommand.Shutdown("over"));
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).as(Files.readString(folder.resolve("out"))).isZero();
      } finally {
        agent.destroyForcibly();
      }
    }
  }

  @Test
  void anAgentThatFindsNoCoordinatorSaysSoAndEnds() throws Exception {
    LabAuthority lab = TestLabs.in(folder.resolve("lab"));
    Path token = folder.resolve("token");
    lab.token("h", Duration.ofDays(1)).writeToken(token);
    Process agent =
        java(
            List.of(
                "--join=127.0.0.1:9", // discard: nobody listens
                "--host=h",
                "--token=" + token,
                "--workdir=" + folder.resolve("work"),
                "--parked-at-most=2",
                "--detached"));
    try {
      assertThat(agent.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(folder.resolve("out")))
          .contains("slablab agent: no coordinator at 127.0.0.1:9 let this agent in for 2 s");
      assertThat(agent.exitValue()).isEqualTo(5);
    } finally {
      agent.destroyForcibly();
    }
  }

  private Process start(TestCoordinator coordinator, Path identity) throws IOException {
    return java(
        List.of(
            "--join=" + coordinator.address(),
            "--campaign=c1",
            "--host=h",
            "--incarnation=1",
            "--identity=" + identity,
            "--workdir=" + folder.resolve("work"),
            "--detached"));
  }

  private Process java(List<String> arguments) throws IOException {
    return new ProcessBuilder(AgentJvm.command(AgentJvm.thisJava(), List.of(), arguments))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("out").toFile())
        .start();
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }
}
