package io.slablab.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions between the agent's packages, and what they may see of the other modules. */
@AnalyzeClasses(packages = "io.slablab.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class AgentArchitectureTest {
  private static final String TOPOLOGY = "io.slablab.agent.topology";
  private static final String PLACEMENT = "io.slablab.agent.placement";
  private static final String CONDITIONS = "io.slablab.agent.conditions";
  private static final String TRIAL = "io.slablab.agent.trial..";
  private static final String PROTOCOL = "io.slablab.agent.protocol";
  private static final String ACTORS = "org.apache.pekko..";

  private static DescribedPredicate<JavaClass> oursExcept(String... packages) {
    return resideInAPackage("io.slablab..")
        .and(DescribedPredicate.not(resideInAnyPackage(packages)))
        .as("other classes of Slablab");
  }

  private static ArchRule sees(String subject, String... packages) {
    return noClasses()
        .that()
        .resideInAPackage(subject)
        .should()
        .dependOnClassesThat(oursExcept(packages));
  }

  @ArchTest static final ArchRule topologyStandsAlone = sees(TOPOLOGY, TOPOLOGY);

  @ArchTest
  static final ArchRule placementSeesTheTopologyAndTheSpec =
      sees(PLACEMENT, PLACEMENT, TOPOLOGY, "io.slablab.suites.spec");

  @ArchTest
  static final ArchRule conditionsSeeHostPlacementAndTheSpec =
      sees(CONDITIONS, CONDITIONS, TOPOLOGY, PLACEMENT, "io.slablab.suites.spec");

  @ArchTest static final ArchRule whatTravelsStandsAlone = sees(PROTOCOL, PROTOCOL);

  @ArchTest
  static final ArchRule trialsKnowNoActor =
      sees(
          TRIAL,
          TRIAL,
          TOPOLOGY,
          PLACEMENT,
          CONDITIONS,
          PROTOCOL,
          "io.slablab.suites..",
          "io.slablab.allocator..");

  @ArchTest
  static final ArchRule actorsStayAboveTheHost =
      noClasses()
          .that()
          .resideInAnyPackage(TOPOLOGY, PLACEMENT, CONDITIONS, TRIAL)
          .should()
          .dependOnClassesThat(resideInAPackage(ACTORS));
}
