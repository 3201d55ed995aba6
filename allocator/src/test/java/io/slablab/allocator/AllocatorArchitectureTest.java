package io.slablab.allocator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The allocator's packages are layers: each uses only those below, and none knows its host. */
@AnalyzeClasses(
    packages = "io.slablab.allocator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class AllocatorArchitectureTest {

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("io.slablab.allocator.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule designsDoNotKnowTheirUsers =
      noClasses()
          .that()
          .resideInAPackage("..allocator.pool..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..allocator.mm..", "..allocator.tc..");

  @ArchTest
  static final ArchRule allocatorCodeStandsOnTheMachineAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage("..allocator.machine.host..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..allocator.machine.host..", "java.util.concurrent.locks..");

  @ArchTest
  static final ArchRule watchedPartsDoNotKnowWhatWatchesThem =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..allocator.machine..",
              "..allocator.page..",
              "..allocator.slub..",
              "..allocator.percpu..",
              "..allocator.counter..",
              "..allocator.reclaim..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..allocator.debug..");

  /** Allocators tell a watch of the machine; whoever builds a stack puts the checker there. */
  @ArchTest
  static final ArchRule allocatorsDoNotKnowWhoChecksTheirLocks =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..allocator.lockdep..", "..allocator.pool..", "..allocator.debug.matrix..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..allocator.lockdep..");
}
