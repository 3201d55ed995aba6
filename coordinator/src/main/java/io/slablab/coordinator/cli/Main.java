package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.FileTrouble;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point: parses, runs one command, turns what went wrong into lines and an exit code. */
@Command(
    name = "slablab",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    subcommands = {
      RunCommand.class,
      ResumeCommand.class,
      StatusCommand.class,
      StopCommand.class,
      PlanCommand.class,
      InventoryCommand.class,
      ValidateCommand.class,
      TopologyCommand.class,
      DoctorCommand.class,
      VariantsCommand.class,
      ShowCommand.class,
      CompareCommand.class,
      GateCommand.class,
      CampaignsCommand.class,
      HistoryCommand.class,
      ReindexCommand.class,
      ImportCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      SelftestCommand.class,
      AgentProcessCommand.class,
      TokenCommand.class,
      CommandLine.HelpCommand.class
    },
    description = {
      "Which memory-allocator design wins, on which machine, by how much, how surely and why."
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 usage or internal error, 2 invalid suite or inventory,",
      "3 regression, 4 inconclusive, 5 infrastructure (results incomplete),",
      "6 a contract is broken, 130 interrupted."
    })
public final class Main implements Runnable {

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
  private boolean debug;

  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] args) {
    System.exit(
        execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  /** Runs one command line in this JVM. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setOut(out);
    line.setErr(err);
    line.setExecutionExceptionHandler((e, at, _) -> main.report(e, at));
    line.setParameterExceptionHandler((e, _) -> misused(e));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // The agent's process reads its options itself.
    Objects.requireNonNull(line.getSubcommands().get("agent"))
        .setUnmatchedOptionsArePositionalParams(true);
    return line.execute(args);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private int report(Exception e, CommandLine at) {
    PrintWriter err = at.getErr();
    if (e instanceof UserError user) {
      err.println(user.getMessage());
      trace(e, err);
      return user.exitCode();
    }
    IOException trouble = trouble(e);
    if (trouble != null) {
      err.println("slablab: " + FileTrouble.of(trouble));
      trace(e, err);
      return ExitCode.INFRASTRUCTURE;
    }
    err.println("slablab: internal error: " + e);
    if (!debug) {
      err.println("this is a defect of slablab; --debug shows where");
    }
    trace(e, err);
    return ExitCode.USAGE_OR_INTERNAL;
  }

  /** A file that could not be read or written: a full disk, a lost permission. */
  private static @Nullable IOException trouble(Exception e) {
    return switch (e) {
      case IOException trouble -> trouble;
      case UncheckedIOException wrapped -> new IOException(wrapped.getMessage(), wrapped);
      default -> null;
    };
  }

  private void trace(Exception e, PrintWriter err) {
    if (debug) {
      e.printStackTrace(err);
    }
  }

  /** The parser's words, less a slip of its own. */
  private static String words(ParameterException e) {
    return String.valueOf(e.getMessage()).replace("option option", "option");
  }

  private static int misused(ParameterException e) {
    CommandLine at = e.getCommandLine();
    PrintWriter err = at.getErr();
    err.println("slablab: " + words(e));
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("see '" + at.getCommandSpec().qualifiedName() + " --help'");
    }
    return ExitCode.USAGE_OR_INTERNAL;
  }
}
