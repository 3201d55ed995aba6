package io.slablab.coordinator.deploy.link;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.DoorMessage;
import io.slablab.agent.protocol.DoorMessage.Enter;
import io.slablab.agent.protocol.DoorMessage.Knock;
import io.slablab.agent.protocol.LinkMessage;
import io.slablab.agent.protocol.ShownNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.jspecify.annotations.Nullable;

/** Lets agents into the campaign, each host's expected one and no other. */
public final class Door {

  /** What the door is told: by its campaign, by agents, by its pulses. */
  public sealed interface Message {}

  /**
   * From now on the door lets this start of a host's agent in, and no earlier one.
   *
   * @param told of the agent's coming and going
   */
  public record Expect(String host, int incarnation, ActorRef<Sighting> told) implements Message {}

  /** Words of an agent. */
  record Said(DoorMessage what) implements Message {}

  private record Silent(
      String host, int incarnation, ActorRef<AgentCommand> agent, Duration silence)
      implements Message {}

  /** What becomes of an expected agent. */
  public sealed interface Sighting {
    int incarnation();

    /** It is a member of the cluster and takes commands. Comes again when it was lost meanwhile. */
    record Here(int incarnation, ActorRef<AgentCommand> agent) implements Sighting {}

    /** It does not answer, and is no member any more. */
    record Lost(int incarnation) implements Sighting {}
  }

  /** Tells whether agents are who they say. */
  @FunctionalInterface
  public interface Identities {
    /**
     * What speaks against an actor's being of that host, in one line; empty when nothing does.
     *
     * @param at an actor of the agent's
     */
    String objection(String host, ActorRef<?> at);
  }

  private static final int MOST_WORDS = 100;

  private final ActorContext<Message> context;
  private final String campaign;
  private final String version;
  private final Identities identities;
  private final Map<String, Expect> expected = new HashMap<>();
  private final Map<String, ActorRef<AgentCommand>> inside = new HashMap<>();
  private String lastRefusal = "";

  private Door(
      ActorContext<Message> context, String campaign, String version, Identities identities) {
    this.context = context;
    this.campaign = campaign;
    this.version = version;
    this.identities = identities;
  }

  /**
   * Makes the door of a coordinator, where agents look for it; once for each system.
   *
   * @param campaign id
   * @param version of the tool
   */
  public static ActorRef<Message> open(ActorSystem<?> system, String campaign, String version) {
    return open(system, campaign, version, new CertifiedHosts(ShownNames.of(system)));
  }

  /** The same for agents that are known by other means. */
  public static ActorRef<Message> open(
      ActorSystem<?> system, String campaign, String version, Identities identities) {
    ActorRef<Message> door =
        system.systemActorOf(
            create(campaign, version, identities), DoorMessage.NAME + "-keeper", Props.empty());
    Behavior<DoorMessage> face =
        Behaviors.receiveMessage(message -> {
          door.tell(new Said(message));
          return Behaviors.same();
        });
    system.systemActorOf(face, DoorMessage.NAME, Props.empty());
    return door;
  }

  static Behavior<Message> create(String campaign, String version, Identities identities) {
    return Behaviors.setup(context -> new Door(context, campaign, version, identities).open());
  }

  private Behavior<Message> open() {
    return Behaviors.receiveMessage(message -> {
      switch (message) {
        case Expect expect -> expected.put(expect.host(), expect);
        case Said(Knock knock) -> knock(knock);
        case Said(Enter enter) -> enter(enter);
        case Silent silent -> lose(silent);
      }
      return Behaviors.same();
    });
  }

  private void knock(Knock knock) {
    Expect expect = expected.get(knock.host());
    String refusal = refusal(knock, expect);
    if (refusal.isEmpty() && expect != null) {
      knock.link().tell(new LinkMessage.Welcome(campaign, expect.incarnation()));
    } else {
      refuse(knock.link(), refusal);
    }
  }

  /** Why an agent may not come in; empty when it may. */
  private String refusal(Knock knock, @Nullable Expect expect) {
    if (!knock.version().equals(version)) {
      return "the agent is version %s, the coordinator %s: bring the same to both"
          .formatted(words(knock.version()), version);
    }
    if (!knock.campaign().isEmpty() && !knock.campaign().equals(campaign)) {
      return "the agent serves campaign %s, this is campaign %s"
          .formatted(words(knock.campaign()), campaign);
    }
    if (expect == null) {
      return "no host %s takes part in this campaign".formatted(words(knock.host()));
    }
    if (knock.incarnation() != 0 && knock.incarnation() != expect.incarnation()) {
      return "start %d of the agent of %s is expected, this is start %d"
          .formatted(expect.incarnation(), expect.host(), knock.incarnation());
    }
    return identities.objection(knock.host(), knock.link());
  }

  private void refuse(ActorRef<LinkMessage> link, String reason) {
    String line = "refused an agent at %s: %s".formatted(link.path().address(), reason);
    if (!line.equals(lastRefusal)) { // it may knock again before it hears
      context.getLog().warn("{}", line);
    }
    lastRefusal = line;
    link.tell(new LinkMessage.Refused(reason));
  }

  /** Text from another machine, short and in one line. */
  static String words(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MOST_WORDS ? line : line.substring(0, MOST_WORDS) + "...";
  }

  private void enter(Enter enter) {
    Expect expect = expected.get(enter.host());
    if (expect == null || expect.incarnation() != enter.incarnation()) {
      refuse(enter.link(), "another start of this host's agent is expected");
      return;
    }
    if (enter.agent().equals(inside.get(enter.host()))) {
      return; // said again before its first beat came
    }
    String objection = identities.objection(enter.host(), enter.agent());
    if (objection.isEmpty()) {
      objection = identities.objection(enter.host(), enter.link());
    }
    if (!objection.isEmpty()) {
      refuse(enter.link(), objection);
      return;
    }
    inside.put(enter.host(), enter.agent());
    ActorRef<Message> self = context.getSelf();
    context.spawnAnonymous(
        Pulse.create(
            enter.link(),
            silence ->
                self.tell(new Silent(enter.host(), enter.incarnation(), enter.agent(), silence))));
    expect.told().tell(new Sighting.Here(enter.incarnation(), enter.agent()));
  }

  private void lose(Silent silent) {
    Address node = silent.agent().path().address();
    context
        .getLog()
        .warn(
            "the agent of {} at {} has been silent for {} s",
            silent.host(),
            node,
            silent.silence().toMillis() / 1e3);
    ActorRef<AgentCommand> now = inside.get(silent.host());
    boolean replaced = !silent.agent().equals(now);
    // Through a tunnel the next one lives at the same address.
    if (now == null || !replaced || !node.equals(now.path().address())) {
      Cluster.get(context.getSystem()).manager().tell(new Down(node));
    }
    if (replaced) {
      return; // another one is in already
    }
    inside.remove(silent.host());
    Expect expect = expected.get(silent.host());
    if (expect != null && expect.incarnation() == silent.incarnation()) {
      expect.told().tell(new Sighting.Lost(silent.incarnation()));
    }
  }
}
