package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.InventoryReader;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanJson;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.MachineRuns;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.RunLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** status, stop and resume of a run directory whose coordinator is gone. */
class RunCommandsTest {
  private static final String SUITE =
      """
      slablab: 1
      name: stored
      workloads: [exec]
      variants: [baseline, ctor-dtor]
      baseline: baseline
      placements: {cores: [1]}
      design: {blocks: {min: 2, max: 2}}
      trial: {warmup: 100ms, measure: 200ms, interval: 100ms}
      """;
  private static final String INVENTORY = "all: {hosts: {h: {ansible_connection: local}}}\n";

  @TempDir Path folder;
  private RunDirectory run;
  private Plan plan;
  private List<String> trials;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws Exception {
    run = new RunDirectory(folder.resolve("run"));
    run.create();
    SuiteOptions options = new SuiteOptions();
    options.suite = Files.writeString(folder.resolve("s.yaml"), SUITE);
    options.inventory = Files.writeString(folder.resolve("i.yaml"), INVENTORY);
    plan = CampaignInput.load(options).plan();
    trials = plan.hosts().getFirst().trials().stream().map(trial -> trial.id()).toList();
    AtomicFiles.write(run.suite(), SUITE);
    AtomicFiles.write(run.inventory(), INVENTORY);
    AtomicFiles.write(run.plan(), PlanJson.text(plan));
    new Manifest(
            Manifest.SCHEMA,
            "1",
            "c-1",
            "stored",
            null,
            1,
            "2026-01-02T03:04:05Z",
            Map.of(),
            Map.of(
                "suite.yaml", Manifest.digest(SUITE),
                "inventory.yaml", Manifest.digest(INVENTORY),
                "plan.json", Manifest.digest(PlanJson.text(plan))))
        .write(run.manifest());
  }

  private static List<Host> hosts(String entry) {
    return InventoryReader.read("i", "all: {hosts: {" + entry + "}}")
        .inventory()
        .orElseThrow()
        .hosts();
  }

  private int slablab(String... args) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private void journal(JournalRecord... records) throws IOException {
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC())) {
      journal.append(new JournalRecord.CampaignStarted("c-1", "stored", 1, 4));
      for (JournalRecord record : records) {
        journal.append(record);
      }
    }
  }

  @Test
  void statusTellsWhatIsRecordedAndWhatIsMissing() throws IOException {
    journal(
        new JournalRecord.HostReady("h", 7, "b"),
        new JournalRecord.TrialStarted(trials.get(0), "h"),
        new JournalRecord.TrialDone(trials.get(0), "h", "d", 1.0, "ab"),
        new JournalRecord.TrialStarted(trials.get(1), "h"),
        new JournalRecord.TrialFailed(trials.get(1), "h", "killed by signal 9"),
        new JournalRecord.TrialStarted(trials.get(2), "h"));
    assertThat(slablab("status", run.root().toString(), "--missing")).isZero();
    assertThat(out.toString())
        .contains(
            "its coordinator died",
            "2 of 4 recorded: 1 done, 1 failed; 2 missing",
            "host       h: ready",
            trials.get(2),
            trials.get(3))
        .doesNotContain(trials.get(0));
  }

  @Test
  void blocksThatTheJournalAddsArePartOfThePlan() throws IOException {
    String cell = plan.hosts().getFirst().cells().getFirst().id();
    journal(new JournalRecord.BlockAdded("h", cell, 2, List.of("ctor-dtor", "baseline")));
    assertThat(slablab("status", run.root().toString(), "--missing")).isZero();
    assertThat(out.toString())
        .contains(
            "0 of 6 recorded", "h/" + cell + "/0002-ctor-dtor", "h/" + cell + "/0002-baseline");
  }

  @Test
  void statusOfAHostThatWasSetAsideSaysWhy() throws IOException {
    journal(
        new JournalRecord.HostLost("h", "no space left"),
        new JournalRecord.CampaignEnded("incomplete", 0, 0, 4));
    assertThat(slablab("status", run.root().toString())).isZero();
    assertThat(out.toString()).contains("incomplete", "h: set aside", "no space left");
    assertThat(slablab("status", run.root().toString(), "--json")).isZero();
    assertThat(out.toString()).contains("\"state\" : \"set aside\"");
  }

  @Test
  void aRunAtWorkIsNotResumed() throws IOException {
    journal();
    try (RunLock _ = RunLock.take(run)) {
      assertThat(slablab("resume", run.root().toString())).isEqualTo(5);
    }
    assertThat(err.toString()).contains("a coordinator is at work here");
  }

  @Test
  void aFileThatWasChangedSinceIsNamed() throws IOException {
    Files.writeString(run.suite(), SUITE.replace("min: 2", "min: 3"));
    assertThat(slablab("resume", run.root().toString())).isEqualTo(2);
    assertThat(err.toString()).contains("suite.yaml: not as the campaign wrote it");
  }

  @Test
  void whatIsNoRunDirectoryIsRefused() {
    for (String command : List.of("resume", "status", "stop")) {
      assertThat(slablab(command, folder.toString())).isEqualTo(2);
    }
    assertThat(err.toString()).contains("no run directory").doesNotContain("\tat ");
    assertThat(folder.resolve(".lock")).doesNotExist();
  }

  @Test
  void stoppingARunThatIsNotAtWorkChangesNothing() throws IOException {
    journal();
    assertThat(slablab("stop", run.root().toString())).isZero();
  }

  @Test
  void runsAtWorkAreFoundAndDeadOnesForgotten() throws Exception {
    MachineRuns runs = new MachineRuns(folder.resolve("state"));
    assertThat(runs.atWork()).isEmpty();
    try (MachineRuns.Entry _ = runs.enter("c-1", run)) {
      try (RunLock _ = RunLock.take(run)) {
        assertThat(runs.atWork()).extracting(RunDirectory::root).containsExactly(run.root());
      }
      assertThat(runs.atWork()).isEmpty();
    }
    try (RunLock _ = RunLock.take(run)) {
      assertThat(runs.atWork()).isEmpty();
    }
  }

  @Test
  void twoRunsDoNotMeasureOnThisMachineAtATime() throws Exception {
    MachineRuns runs = new MachineRuns(folder.resolve("state"));
    List<Host> here = StoredCampaign.load(run.root()).hosts();
    OtherRuns.refuseSharedMachine(here, runs);
    try (MachineRuns.Entry _ = runs.enter("c-1", run);
        RunLock _ = RunLock.take(run)) {
      assertThatThrownBy(() -> OtherRuns.refuseSharedMachine(here, runs))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("slablab stop " + run.root());
      OtherRuns.refuseSharedMachine(List.of(), runs);
      OtherRuns.refuseSharedMachine(new RunDirectory(run.root()), here, runs);
    }
  }

  @Test
  void aPlanTellsItsLongestWaits() {
    assertThat(slablab("plan", folder.resolve("s.yaml").toString())).isZero();
    assertThat(out.toString()).contains("waits at most", "set aside after", "ends within");
    String local = Waits.text(plan, hosts("h: {ansible_connection: local}"));
    assertThat(out.toString()).endsWith(local);
    assertThat(Waits.text(plan, hosts("h: {ansible_host: 192.0.2.1}")))
        .as("what has to be brought there takes its time")
        .contains("waits at most", "set aside after", "ends within")
        .isNotEqualTo(local);
  }
}
