package io.llmcluster.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows between the modules, and what "pure" means. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.llmcluster");

  /** Decisions: functions and small records or collections that are tested by calling them. */
  private static final Set<String> PURE =
      Set.of(
          "io.llmcluster.core.cluster.SilenceRule",
          "io.llmcluster.core.cluster.WildcardHost",
          "io.llmcluster.core.directory.DirectoryView",
          "io.llmcluster.core.directory.KnownNodes",
          "io.llmcluster.core.inference.NodeConstraint",
          "io.llmcluster.core.inference.Retry",
          "io.llmcluster.core.inference.Tries",
          "io.llmcluster.core.model.ModelName",
          "io.llmcluster.core.placement.Candidate",
          "io.llmcluster.core.placement.LeastLoad",
          "io.llmcluster.core.queue.WaitingQueue",
          "io.llmcluster.core.storage.Store",
          "io.llmcluster.node.Admission",
          "io.llmcluster.node.Averages",
          "io.llmcluster.node.HandOver",
          "io.llmcluster.node.HealthRule",
          "io.llmcluster.node.MessageBudget",
          "io.llmcluster.node.NodeAssignment",
          "io.llmcluster.node.Parallelism",
          "io.llmcluster.node.PortMemory",
          "io.llmcluster.node.backend.Envelopes",
          "io.llmcluster.node.backend.OllamaStatus",
          "io.llmcluster.node.backend.OpenAiStatus",
          "io.llmcluster.node.embedded.child.SchemaCheck",
          "io.llmcluster.node.hardware.CpuFeatures",
          "io.llmcluster.node.hardware.GpuLists",
          "io.llmcluster.node.translate.Fields",
          "io.llmcluster.node.translate.NativeAnswers",
          "io.llmcluster.node.translate.NativeRequests",
          "io.llmcluster.node.translate.ToolCallPieces",
          "io.llmcluster.node.translate.V1Requests",
          "io.llmcluster.patterns.conversation.ConversationFold",
          "io.llmcluster.patterns.conversation.ConversationLists",
          "io.llmcluster.patterns.conversation.ConversationRequest",
          "io.llmcluster.patterns.conversation.Memory",
          "io.llmcluster.patterns.conversation.Posting",
          "io.llmcluster.patterns.conversation.Summaries",
          "io.llmcluster.patterns.conversation.Transcript",
          "io.llmcluster.patterns.conversation.TurnRequests",
          "io.llmcluster.patterns.conversation.Turns",
          "io.llmcluster.patterns.history.WorkflowLists",
          "io.llmcluster.patterns.model.Cast",
          "io.llmcluster.patterns.model.Crew",
          "io.llmcluster.patterns.retention.Expiry",
          "io.llmcluster.patterns.workflow.Advance",
          "io.llmcluster.patterns.workflow.Beginning",
          "io.llmcluster.patterns.workflow.CallEnds",
          "io.llmcluster.patterns.workflow.ChangedRequest",
          "io.llmcluster.patterns.workflow.Control",
          "io.llmcluster.patterns.workflow.Definitions",
          "io.llmcluster.patterns.workflow.Due",
          "io.llmcluster.patterns.workflow.Fold",
          "io.llmcluster.patterns.workflow.Inheritance",
          "io.llmcluster.patterns.workflow.Outside",
          "io.llmcluster.patterns.workflow.Reaggregation",
          "io.llmcluster.patterns.workflow.Recovery",
          "io.llmcluster.patterns.workflow.Retrying",
          "io.llmcluster.patterns.workflow.RunClock",
          "io.llmcluster.patterns.workflow.TokenGuess",
          "io.llmcluster.gateway.api.PullTarget",
          "io.llmcluster.gateway.conversation.ConversationView",
          "io.llmcluster.gateway.conversation.TurnNews",
          "io.llmcluster.gateway.pattern.Age",
          "io.llmcluster.gateway.pattern.Comparison",
          "io.llmcluster.gateway.pattern.EventView",
          "io.llmcluster.gateway.pattern.ExecutionView",
          "io.llmcluster.gateway.pattern.PatternModel",
          "io.llmcluster.gateway.pattern.ToldText",
          "io.llmcluster.gateway.relay.PullOutcome",
          "io.llmcluster.gateway.server.HostRule",
          "io.llmcluster.gateway.wire.Checks",
          "io.llmcluster.gateway.wire.GoDuration",
          "io.llmcluster.gateway.wire.GoScanner",
          "io.llmcluster.gateway.wire.GoText",
          "io.llmcluster.gateway.wire.GoTypes",
          "io.llmcluster.gateway.wire.OptionTypes",
          "io.llmcluster.gateway.wire.UnknownModel",
          "io.llmcluster.gateway.workflow.Decomposition",
          "io.llmcluster.app.cli.ComparisonReport",
          "io.llmcluster.app.cli.DisplayWidth",
          "io.llmcluster.app.cli.Lanes",
          "io.llmcluster.app.cli.SpokenJson",
          "io.llmcluster.app.cli.Table",
          "io.llmcluster.app.nodes.FetchProgress",
          "io.llmcluster.app.nodes.MachineName",
          "io.llmcluster.app.nodes.NodeDecision",
          "io.llmcluster.app.nodes.OllamaUrl");

  @Test
  void the_arrows_run_one_way() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("app")
            .definedBy("io.llmcluster.app..")
            .layer("gateway")
            .definedBy("io.llmcluster.gateway..")
            .layer("patterns")
            .definedBy("io.llmcluster.patterns..")
            .layer("node")
            .definedBy("io.llmcluster.node..")
            .layer("core")
            .definedBy("io.llmcluster.core..")
            .withOptionalLayers(true)
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("gateway")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("node")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("patterns")
            .mayOnlyBeAccessedByLayers("app", "gateway")
            .whereLayer("core")
            .mayOnlyBeAccessedByLayers("app", "gateway", "patterns", "node");
    rule.check(CLASSES);
  }

  /**
   * Waiting is a part of inference, in a folder of its own: the waiting room fails requests in the
   * words of inference.
   */
  @Test
  void the_packages_of_the_core_have_no_cycle() {
    SliceAssignment packages =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName().replace("core.queue", "core.inference");
            return name.startsWith("io.llmcluster.core.")
                ? SliceIdentifier.of(name)
                : SliceIdentifier.ignore();
          }

          @Override
          public String getDescription() {
            return "packages of the core";
          }
        };
    slices().assignedFrom(packages).should().beFreeOfCycles().check(CLASSES);
  }

  /** One that is renamed would leave the list unseen. */
  @Test
  void every_decision_of_the_list_is_there() {
    assertThat(PURE).allSatisfy(name -> assertThat(CLASSES.contain(name)).as(name).isTrue());
  }

  @Test
  void decisions_are_pure() {
    ArchRule rule =
        noClasses()
            .that(
                DescribedPredicate.describe(
                    "decide", (JavaClass type) -> PURE.contains(type.getName())))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.pekko..", "com.typesafe.config..", "com.mongodb..", "java.net.http..");
    rule.check(CLASSES);
  }

  @Test
  void patterns_are_pure_programs() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.llmcluster.patterns.program..",
                "io.llmcluster.patterns.prompt..",
                "io.llmcluster.patterns.request..",
                "io.llmcluster.patterns.structured..",
                "io.llmcluster.patterns.vote..",
                "io.llmcluster.patterns.task..",
                "io.llmcluster.patterns.ensemble..",
                "io.llmcluster.patterns.debate..",
                "io.llmcluster.patterns.maestro..",
                "io.llmcluster.patterns.decompose..",
                "io.llmcluster.patterns.auto..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.pekko..",
                "com.typesafe.config..",
                "java.net.http..",
                "java.time..",
                "io.llmcluster.patterns.workflow..",
                "io.llmcluster.patterns.call..")
            .because("a program answers the same to the same record, after every crash");
    rule.check(CLASSES);
  }

  @Test
  void only_settings_read_the_configuration() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages("io.llmcluster.app..")
            .and()
            .haveSimpleNameNotEndingWith("Settings")
            .and()
            .haveSimpleNameNotStartingWith("Settings")
            .should()
            .callMethodWhere(
                DescribedPredicate.describe(
                    "reads a key",
                    (JavaMethodCall call) ->
                        call.getTargetOwner().getName().equals("com.typesafe.config.Config")
                            && call.getName().startsWith("get")))
            .because("settings are read once, at the root, and passed on as records");
    rule.check(CLASSES);
  }

  @Test
  void every_package_is_null_marked() {
    ArchRule rule =
        classes()
            .that()
            .haveSimpleName("package-info")
            .and()
            .resideOutsideOfPackage("io.llmcluster.core.protocol..")
            .should()
            .beAnnotatedWith(org.jspecify.annotations.NullMarked.class);
    rule.check(CLASSES);
  }
}
