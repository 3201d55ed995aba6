package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.plan.AddedBlock;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanOrders;
import io.slablab.coordinator.plan.PlannedCell;
import io.slablab.coordinator.plan.PlannedTrial;
import io.slablab.coordinator.plan.Planner;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.Precision;
import io.slablab.coordinator.verdict.StopReason;
import io.slablab.coordinator.verdict.TrialFiles;
import io.slablab.coordinator.verdict.TrialSummary;
import io.slablab.suites.spec.Design;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.VariantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives one host's cells blocks until each interval is narrow, the cell has the most blocks, or the
 * budget is spent. The next block goes to the cell whose interval is widest.
 *
 * <p>A decision is a function of the trials on the disk and of the time worked. It is in the
 * journal before its first trial is ordered, so a coordinator that dies leaves either the decision,
 * or what the next one makes the same of.
 */
public final class AdaptiveBlocks implements MoreBlocks {
  private final Plan plan;
  private final String host;
  private final RunDirectory run;
  private final Consumer<JournalRecord> journal;
  private final Supplier<Duration> worked;
  private final Precision precision;
  private final List<Cell> cells = new ArrayList<>();

  /** A cell that may get further blocks. */
  private static final class Cell {
    final PlannedCell planned;
    final CampaignData.Cell data;
    final List<TrialSummary> trials = new ArrayList<>();
    final List<PlannedTrial> unread = new ArrayList<>();
    int blocks;
    Precision.@Nullable Need need;

    Cell(PlannedCell planned, CampaignData.Cell data) {
      this.planned = planned;
      this.data = data;
    }

    void add(List<PlannedTrial> more) {
      unread.addAll(more);
      more.forEach(trial -> blocks = Math.max(blocks, trial.block() + 1));
      need = null;
    }
  }

  /**
   * @param plan with the blocks that were added before
   * @param before what the journal had before this coordinator's start
   * @param journal appends and forces
   * @param worked how long this campaign's coordinators were at work
   */
  public AdaptiveBlocks(
      Plan plan,
      String host,
      RunDirectory run,
      CampaignProgress before,
      Consumer<JournalRecord> journal,
      Supplier<Duration> worked) {
    this.plan = plan;
    this.host = host;
    this.run = run;
    this.journal = journal;
    this.worked = worked;
    Design design = plan.suite().design();
    this.precision =
        Precision.of(
            design.target(), design.minBlocks(), design.maxBlocks(), plan.suite().decisive().id());
    plan.host(host).ifPresent(own -> own.cells().forEach(cell -> add(own, cell, before)));
  }

  private void add(Plan.HostPlan own, PlannedCell planned, CampaignProgress before) {
    boolean stopped =
        before.stopped().stream()
            .anyMatch(stop -> stop.host().equals(host) && stop.cell().equals(planned.id()));
    if (!stopped) {
      Cell cell = new Cell(planned, data(planned, plan.suite()));
      cell.add(own.trials().stream().filter(t -> t.cell().equals(planned.id())).toList());
      cells.add(cell);
    }
  }

  private CampaignData.Cell data(PlannedCell cell, Suite suite) {
    return new CampaignData.Cell(
        host,
        cell.id(),
        "threads",
        cell.workload().name(),
        cell.workload().params(),
        new CampaignData.Placement(
            cell.placement().layout(),
            cell.placement().cores(),
            cell.placement().cpus().toString(),
            cell.placement().memory().id()),
        suite.variants().stream().map(VariantSpec::id).toList(),
        suite.baseline(),
        cell.isNull() ? suite.twin() : null);
  }

  @Override
  public List<TrialOrder> next() throws IOException {
    Cell widest = null;
    double ratio = -1;
    for (Cell cell : List.copyOf(cells)) {
      Precision.Need need = need(cell);
      if (need.stop().isPresent()) {
        stop(cell, need.stop().get(), need);
      } else if (need.ratio() > ratio) {
        widest = cell;
        ratio = need.ratio();
      }
    }
    if (widest == null) {
      return List.of();
    }
    if (isSpent(widest)) {
      for (Cell cell : List.copyOf(cells)) {
        stop(cell, StopReason.BUDGET, need(cell));
      }
      return List.of();
    }
    return add(widest);
  }

  private Precision.Need need(Cell cell) throws IOException {
    if (cell.need == null) {
      for (PlannedTrial trial : cell.unread) {
        Path file =
            run.trial(host, trial.cell(), trial.block(), trial.variant()).resolve("trial.json");
        if (Files.exists(file)) {
          cell.trials.add(TrialFiles.readTrial(file));
        }
      }
      cell.unread.clear();
      cell.need = precision.of(cell.data, cell.trials, cell.blocks);
    }
    return cell.need;
  }

  /** Whether a block of the cell would end beyond the budget. */
  private boolean isSpent(Cell cell) {
    long budgetNs = plan.suite().design().budgetNs();
    double blockSeconds = plan.trialSeconds() * cell.planned.arms(plan.suite()).size();
    return budgetNs > 0 && worked.get().toNanos() + blockSeconds * 1e9 > budgetNs;
  }

  private void stop(Cell cell, StopReason reason, Precision.Need need) {
    journal.accept(
        new JournalRecord.CellStopped(
            host,
            cell.planned.id(),
            reason.id(),
            cell.blocks,
            Double.isFinite(need.halfWidth()) ? need.halfWidth() : null));
    cells.remove(cell);
  }

  private List<TrialOrder> add(Cell cell) {
    AddedBlock block = Planner.nextBlock(plan, host, cell.planned, cell.blocks);
    journal.accept(
        new JournalRecord.BlockAdded(host, block.cell(), block.block(), block.variants()));
    cell.add(block.trials());
    return PlanOrders.orders(plan, block);
  }
}
