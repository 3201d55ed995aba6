package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.e2e.Fault.Script;
import io.slablab.e2e.Fault.Struck;
import io.slablab.e2e.LabHosts.Inhabitant;

/** Something dies: a process, a coordinator, a host, the room on a disk. */
final class DeathFaults {
  private DeathFaults() {}

  /**
   * @param what a part of the command line of a process of host h1
   */
  static Script kill(String what) {
    return scene -> {
      scene.campaign().awaitWindow(scene.lab(), "h1");
      Inhabitant victim = scene.lab().process("h1", what).orElseThrow();
      LabHosts.kill9(victim);
      return Struck.now("h1");
    };
  }

  /** Another one goes on. */
  static Script killCoordinator(String host) {
    return scene -> {
      scene.campaign().awaitWindow(scene.lab(), host);
      scene.campaign().kill9();
      assertThat(scene.lab().process(host, LabCampaign.AGENT)).as("it waits").isPresent();
      Struck struck = Struck.now(host);
      scene.campaign().resume();
      return struck;
    };
  }

  /** Of host h1, each time it starts, until it is given up. */
  static Struck killAgentAlways(FaultScene scene) throws Exception {
    Inhabitant agent = scene.campaign().awaitAgent(scene.lab(), "h1", 0);
    LabHosts.kill9(agent);
    Struck struck = Struck.now("h1");
    for (int death = 2; death <= 3; death++) {
      agent = scene.campaign().awaitAgent(scene.lab(), "h1", agent.pid());
      LabHosts.kill9(agent);
    }
    return struck;
  }

  /** The disk of host h3 is full until a trial has failed of it. */
  static Struck fillDisk(FaultScene scene) throws Exception {
    LabCampaign campaign = scene.campaign();
    campaign.awaitWindow(scene.lab(), "h3");
    scene.lab().fill("h3");
    Struck struck = Struck.now("h3");
    campaign.await(
        "a failed trial of h3",
        () -> campaign.journal().of("trial-failed").findFirst().map(_ -> true));
    scene.lab().drain("h3");
    return struck;
  }

  static Struck powerCut(FaultScene scene) throws Exception {
    Struck struck = crash(scene);
    scene.lab().unmute("h1");
    scene.lab().boot("h1");
    return struck;
  }

  /** It comes back when the campaign has given it up. */
  static Struck goDown(FaultScene scene) throws Exception {
    Struck struck = crash(scene);
    scene.campaign().end();
    scene.lab().unmute("h1");
    scene.lab().boot("h1");
    return struck;
  }

  private static Struck crash(FaultScene scene) throws Exception {
    scene.campaign().awaitWindow(scene.lab(), "h1");
    scene.lab().mute("h1"); // nobody is told
    Struck struck = Struck.now("h1");
    scene.lab().crash("h1");
    return struck;
  }
}
