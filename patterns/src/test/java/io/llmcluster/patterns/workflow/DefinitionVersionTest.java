package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A workflow keeps the definition that it began with, whatever the program has learnt since. */
@Tag(TestStore.ON_MONGODB)
@ParameterizedClass(name = "{0}")
@MethodSource("io.llmcluster.core.testkit.TestStore#here")
class DefinitionVersionTest {

  @Parameter @Nullable TestStore parameter;

  private TestStore.@Nullable Opened opened;

  @BeforeEach
  void open() {
    opened = Objects.requireNonNull(parameter).open();
  }

  @AfterEach
  void close() {
    Objects.requireNonNull(opened).close();
  }

  private Store store() {
    return Objects.requireNonNull(opened).store();
  }

  /** A pattern's version, which says its number in the answer. */
  private record Versioned(int version, List<String> prompts) implements Pattern {

    @Override
    public String name() {
      return "chain";
    }

    @Override
    public List<String> schemas() {
      return List.of();
    }

    @Override
    public ObjectNode prepare(ObjectNode request, Cast cast) {
      return SmallPattern.CHAIN.prepare(request, cast);
    }

    @Override
    public Estimate estimate(ObjectNode prepared) {
      return SmallPattern.CHAIN.estimate(prepared);
    }

    @Override
    public Plan next(Run run) {
      Plan plan = SmallPattern.CHAIN.next(run);
      return plan.end() == null
          ? plan
          : Plan.answer(run.output("c").orElse("") + " by version " + version);
    }

    @Override
    public List<String> refuseInput(Run run, String id, JsonNode value) {
      return List.of();
    }
  }

  private static final Pattern FIRST = new Versioned(1, List.of("test/ask"));
  private static final Pattern SECOND = new Versioned(2, List.of("test/ask"));

  /** The first version with another prompt, which nobody should have changed. */
  private static final Pattern CHANGED = new Versioned(1, List.of("test/ask", "task/whole"));

  private static void resume(Store store, Pattern... patterns) {
    try (TestMember member = TestMember.on(store, List.of(FIRST))) {
      TestWorkflow begun = member.process().start("old");
      begun.submit("chain", "{'prompt':'q'}");
      begun.awaitLive(live -> live.run().step("a").isPresent());
      begun.stop();
    }
    try (TestMember member = TestMember.on(store, List.of(patterns))) {
      TestProcess process = member.process();
      TestWorkflow workflow = process.start("old");
      for (String step : List.of("a", "b", "c")) {
        process.inference().await(step).answer("said " + step);
      }
      Ended ended = workflow.awaitEnd();
      assertThat(Objects.requireNonNull(ended.answer()).answer()).isEqualTo("said c by version 1");
      assertThat(ended.definition().version()).isEqualTo(1);
      boolean changed =
          !ended.definition().hash().equals(process.workshop().patterns().hash("chain", 1));
      assertThat(changed).isEqualTo(List.of(patterns).contains(CHANGED));
    }
  }

  @Test
  void what_began_under_version_one_follows_version_one_under_version_two() {
    resume(store(), FIRST, SECOND);
    try (TestMember member = TestMember.on(store(), List.of(FIRST, SECOND))) {
      TestWorkflow fresh = member.process().start("new");
      fresh.submit("chain", "{'prompt':'q'}");
      assertThat(fresh.awaitLive(live -> true).definition().version()).isEqualTo(2);
    }
  }

  @Test
  void a_version_whose_prompts_are_others_now_is_known_by_its_hash() {
    resume(store(), CHANGED, SECOND);
  }

  /** It runs nothing, so it does not end by itself. */
  @Test
  void without_its_version_a_workflow_that_waits_can_be_cancelled_and_no_more() {
    try (TestMember member = TestMember.on(store(), List.of(FIRST))) {
      TestProcess process = member.process();
      TestWorkflow begun = process.start("old");
      begun.submit("chain", "{'prompt':'q'}");
      begun.pause();
      process.inference().await("a").answer("one");
      begun.awaitLive(live -> live.paused() && !live.runs());
      begun.stop();
    }
    try (TestMember member = TestMember.on(store(), List.of(SECOND))) {
      TestWorkflow left = member.process().start("old");
      assertThat(left.resume())
          .isEqualTo(
              new WorkflowReply.Refused(
                  WorkflowReply.Why.CONFLICT,
                  "pattern chain version 1 is not in this program any more"));
      assertThat(left.cancel()).isInstanceOf(WorkflowReply.Done.class);
      assertThat(left.awaitEnd().outcome()).isEqualTo(WorkflowState.Outcome.CANCELLED);
      assertThat(left.cancel()).isInstanceOf(WorkflowReply.Done.class);
      assertThat(left.ask(WorkflowCommand.Forget::new)).isInstanceOf(WorkflowReply.Done.class);
    }
  }

  @Test
  void without_its_version_a_workflow_ends_and_says_so() {
    try (TestMember member = TestMember.on(store(), List.of(FIRST))) {
      TestWorkflow begun = member.process().start("old");
      begun.submit("chain", "{'prompt':'q'}");
      begun.stop();
    }
    try (TestMember member = TestMember.on(store(), List.of(SECOND))) {
      assertThat(member.process().start("old").awaitEnd().reason())
          .isEqualTo("pattern chain version 1 is not in this program any more");
    }
  }
}
