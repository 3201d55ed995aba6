package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.deploy.link.Door;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.schedule.CampaignOutcome.Shortfall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;

/**
 * Carries a campaign through: one {@link HostActor} a host, all at once; listens for all of them,
 * and ends when the last one is over.
 */
public final class CampaignActor {

  /** What the campaign is told. All but {@link Interrupt} come from its hosts. */
  public sealed interface Command {}

  /** Stop: no further trial; the running ones are not recorded. */
  public record Interrupt() implements Command {}

  private record Told(Consumer<CampaignListener> news) implements Command {}

  private record HostOver(HostActor.Over over) implements Command {}

  private record PatienceOver() implements Command {}

  /** Hosts run here: they force files and start processes. */
  private static final String BLOCKING = "pekko.actor.default-blocking-io-dispatcher";

  /** For all agents to end, at an interrupt or after a broken disk. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(4);

  /** A host of the campaign while it lives and after. */
  private static final class Host {
    final HostTrials trials;
    @Nullable String setAside;
    @Nullable ActorRef<HostActor.Message> actor;
    boolean over;

    Host(HostTrials trials) {
      this.trials = trials;
    }
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final CampaignSetup setup;
  private final CompletableFuture<CampaignOutcome> outcome;
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final String ownAddress;
  private final ActorRef<Door.Message> door;
  private boolean interrupted;
  private @Nullable Exception broken;

  private CampaignActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      CampaignSetup setup,
      ActorRef<Door.Message> door,
      CompletableFuture<CampaignOutcome> outcome) {
    this.context = context;
    this.timers = timers;
    this.setup = setup;
    this.outcome = outcome;
    Cluster cluster = Cluster.get(context.getSystem());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    this.ownAddress = cluster.selfMember().address().toString();
    this.door = door;
  }

  /**
   * @param door of this coordinator
   * @param outcome completed when the campaign is over; all agents are gone by then
   */
  public static Behavior<Command> create(
      CampaignSetup setup,
      ActorRef<Door.Message> door,
      CompletableFuture<CampaignOutcome> outcome) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(
            timers -> new CampaignActor(context, timers, setup, door, outcome).begin()));
  }

  private Behavior<Command> begin() {
    try {
      for (Map.Entry<String, List<TrialOrder>> planned : setup.planned().entrySet()) {
        hosts.put(planned.getKey(), new Host(recall(planned.getKey(), planned.getValue())));
      }
    } catch (RuntimeException | IOException e) {
      outcome.completeExceptionally(e);
      return Behaviors.stopped();
    }
    hosts.forEach(this::spawn);
    return hosts.isEmpty() ? end() : Behaviors.receiveMessage(this::on);
  }

  /** The host's trials, with what an earlier coordinator recorded, or had ready to record. */
  private HostTrials recall(String host, List<TrialOrder> planned) throws IOException {
    HostTrials trials = new HostTrials(planned);
    trials.recall(setup.before(), records(host));
    return trials;
  }

  private HostRecords records(String host) {
    return new HostRecords(host, setup.run(), setup.journal()::append);
  }

  private void spawn(String name, Host host) {
    ActorRef<Command> self = context.getSelf();
    AgentStarter starter =
        Objects.requireNonNull(setup.agents().get(name), () -> "no way to start " + name);
    HostActor.Setup hostSetup =
        new HostActor.Setup(
            setup.id(),
            name,
            starter,
            ownAddress,
            door,
            setup.before().starts() + 1,
            this::down,
            over -> self.tell(new HostOver(over)));
    CampaignListener listener = new ForwardingListener(news -> self.tell(new Told(news)));
    host.actor =
        context.spawn(
            HostActor.create(
                hostSetup,
                outside ->
                    new HostSession(
                        name,
                        host.trials,
                        records(name),
                        outside,
                        listener,
                        setup.judge(),
                        setup.deadlines(),
                        setup.limits(),
                        setup.more().apply(name))),
            "host-" + hosts.keySet().stream().toList().indexOf(name),
            Props.empty().withDispatcherFromConfig(BLOCKING));
  }

  private void down(ActorRef<AgentCommand> agent) {
    Cluster.get(context.getSystem()).manager().tell(new Down(agent.path().address()));
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Told(var news) -> news.accept(setup.listener());
      case HostOver(var over) -> hostOver(over);
      case Interrupt _ -> {
        interrupted = true;
        stopHosts();
      }
      case PatienceOver _ -> {
        return end();
      }
    }
    return hosts.values().stream().allMatch(host -> host.over) ? end() : Behaviors.same();
  }

  private void hostOver(HostActor.Over over) {
    Host host = Objects.requireNonNull(hosts.get(over.host()));
    host.over = true;
    host.setAside = over.setAside();
    if (over.broken() != null && broken == null) {
      broken = over.broken();
      stopHosts();
    }
  }

  private void stopHosts() {
    hosts
        .values()
        .forEach(host -> {
          if (host.actor != null && !host.over) {
            host.actor.tell(new HostActor.Stop());
          }
        });
    timers.startSingleTimer(PatienceOver.class, new PatienceOver(), STOP_PATIENCE);
  }

  private Behavior<Command> end() {
    if (broken != null) {
      outcome.completeExceptionally(broken);
      return Behaviors.stopped();
    }
    CampaignOutcome result =
        new CampaignOutcome(
            hosts.values().stream().mapToInt(host -> host.trials.done()).sum(),
            hosts.values().stream().mapToInt(host -> host.trials.failed()).sum(),
            shortfalls(),
            interrupted);
    setup
        .journal()
        .append(
            new JournalRecord.CampaignEnded(
                result.word(), result.done(), result.failed(), result.missing()));
    outcome.complete(result);
    return Behaviors.stopped();
  }

  private List<Shortfall> shortfalls() {
    List<Shortfall> all = new ArrayList<>();
    hosts.forEach((name, host) -> {
      String reason = host.setAside == null ? "" : host.setAside;
      List<String> missing = host.trials.allMissing().map(TrialOrder::id).toList();
      if (!missing.isEmpty() || !reason.isEmpty()) {
        all.add(new Shortfall(name, reason.isEmpty() ? "interrupted" : reason, missing));
      }
    });
    return all;
  }
}
