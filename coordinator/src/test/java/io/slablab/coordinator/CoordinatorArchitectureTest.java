package io.slablab.coordinator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions between the coordinator's packages, and what it may see of the other modules. */
@AnalyzeClasses(
    packages = "io.slablab.coordinator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class CoordinatorArchitectureTest {
  private static final String STATS = "io.slablab.coordinator.stats..";
  private static final String VERDICT = "io.slablab.coordinator.verdict..";
  private static final String REPORT = "io.slablab.coordinator.report..";
  private static final String CLI = "io.slablab.coordinator.cli..";

  private static DescribedPredicate<JavaClass> oursExcept(String... packages) {
    return resideInAPackage("io.slablab..")
        .and(DescribedPredicate.not(resideInAnyPackage(packages)))
        .as("other classes of Slablab");
  }

  @ArchTest
  static final ArchRule statsStandsAlone =
      noClasses().that().resideInAPackage(STATS).should().dependOnClassesThat(oursExcept(STATS));

  @ArchTest
  static final ArchRule verdictKnowsStatisticsOnly =
      noClasses()
          .that()
          .resideInAPackage(VERDICT)
          .should()
          .dependOnClassesThat(oursExcept(STATS, VERDICT));

  @ArchTest
  static final ArchRule reportIsBelowTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage(REPORT)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  CLI,
                  "io.slablab.coordinator.schedule..",
                  "io.slablab.coordinator.deploy..",
                  "io.slablab.agent.protocol.."))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nothingIsAboveTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat(resideInAPackage(CLI));

  @ArchTest
  static final ArchRule agentsShowThreePackages =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.slablab.agent..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(
                              "io.slablab.agent.protocol..",
                              "io.slablab.agent.topology..",
                              "io.slablab.agent.placement..")))
                  .as("inner classes of the agent"));
}
