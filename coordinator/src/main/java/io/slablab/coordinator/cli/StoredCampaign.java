package io.slablab.coordinator.cli;

import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.Inventory;
import io.slablab.coordinator.inventory.InventoryReader;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.plan.AddedBlock;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanReader;
import io.slablab.coordinator.schedule.HostLimits;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.yaml.SuiteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A campaign as its run directory tells it: the same suite, inventory and plan as at its start,
 * whatever became of the files they were read from.
 *
 * @param hosts of the plan, in its order
 * @param plan of plan.json, with the blocks that the journal adds
 */
record StoredCampaign(
    RunDirectory run, Manifest manifest, Suite suite, List<Host> hosts, Plan plan) {
  private static final String PARAM = "-P ";

  /**
   * @throws UserError when the folder is no run directory, or a file in it is not as it was written
   */
  static StoredCampaign load(Path folder) throws UserError {
    RunDirectory run = new RunDirectory(folder);
    Manifest manifest = manifest(run);
    String suiteText = text(run.suite(), manifest);
    String inventoryText = text(run.inventory(), manifest);
    Suite suite =
        SuiteReader.read(run.suite().toString(), suiteText, params(manifest))
            .suite()
            .orElseThrow(() -> notUnderstood(run.suite()));
    try {
      Plan plan = PlanReader.read(text(run.plan(), manifest), suite).with(added(run));
      return new StoredCampaign(run, manifest, suite, hosts(run, inventoryText, plan), plan);
    } catch (IOException e) {
      throw UserError.invalid(run.plan() + ": " + e.getMessage());
    }
  }

  /** Blocks beyond plan.json. */
  private static List<AddedBlock> added(RunDirectory run) throws UserError {
    try {
      return CampaignProgress.replay(run.journal()).added().stream()
          .map(b -> new AddedBlock(b.host(), b.cell(), b.block(), b.variants()))
          .toList();
    } catch (IOException e) {
      throw UserError.invalid(FileTrouble.of(e));
    }
  }

  private static Manifest manifest(RunDirectory run) throws UserError {
    if (!Files.isRegularFile(run.manifest())) {
      throw UserError.invalid(
          run.root()
              + ": no run directory: it has no manifest.json\n    name the folder a run printed at"
              + " its start");
    }
    try {
      Manifest manifest = Manifest.read(run.manifest());
      if (Manifest.SCHEMA.equals(manifest.schema())) {
        return manifest;
      }
      throw UserError.invalid(
          run.manifest()
              + ": schema "
              + manifest.schema()
              + ", and this version reads "
              + Manifest.SCHEMA);
    } catch (IOException e) {
      throw UserError.invalid(run.manifest() + ": cannot be read: " + FileTrouble.words(e));
    }
  }

  static Map<String, String> params(Manifest manifest) {
    Map<String, String> params = new LinkedHashMap<>();
    manifest
        .overrides()
        .forEach((option, value) -> {
          if (option.startsWith(PARAM)) {
            params.put(option.substring(PARAM.length()), value);
          }
        });
    return params;
  }

  private static String text(Path file, Manifest manifest) throws UserError {
    try {
      String text = Files.readString(file);
      String name = String.valueOf(file.getFileName());
      if (!Manifest.digest(text).equals(manifest.digests().get(name))) {
        throw UserError.invalid(
            file + ": not as the campaign wrote it: its digest is not the one in manifest.json");
      }
      return text;
    } catch (IOException e) {
      throw UserError.invalid(FileTrouble.of(e));
    }
  }

  private static List<Host> hosts(RunDirectory run, String inventoryText, Plan plan)
      throws UserError {
    Inventory inventory =
        InventoryReader.read(run.inventory().toString(), inventoryText)
            .inventory()
            .orElseThrow(() -> notUnderstood(run.inventory()));
    List<Host> hosts = new ArrayList<>();
    for (Plan.HostPlan planned : plan.hosts()) {
      hosts.add(
          inventory
              .host(planned.host())
              .orElseThrow(
                  () -> UserError.invalid(run.inventory() + ": no host " + planned.host())));
    }
    return hosts;
  }

  private static UserError notUnderstood(Path file) {
    return UserError.invalid(file + ": not understood by this version; use the one that wrote it");
  }

  CampaignLaunch launch(int missing, HostLimits limits) {
    double whole = plan.trialCount() == 0 ? 0 : plan.etaSeconds() * missing / plan.trialCount();
    return new CampaignLaunch(
        run,
        manifest.campaign(),
        suite.name(),
        plan.seed(),
        hosts,
        plan,
        Listening.stored(manifest.overrides()),
        Duration.ofSeconds(Math.round(whole)),
        limits,
        suite.contract().orElse(Contract.NONE));
  }
}
