package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.workflow.Fold;
import io.llmcluster.patterns.workflow.Retries;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.jspecify.annotations.Nullable;

/**
 * A workflow that loses its process.
 *
 * @param pattern by name
 * @param request as a client sends it
 * @param script what models and people say
 */
public record WorkflowCrash(String pattern, String request, Script script) implements CrashRun {

  /** What models and people say, from the step alone: the same in every process. */
  public interface Script {

    /** The output; null: the call fails. */
    @Nullable String answer(String step, int attempt, JsonNode body);

    /** The answer to what is asked of a person. */
    default JsonNode input(String id, JsonNode proposal) {
      return proposal;
    }

    /** What is reported of an external step. */
    default String outside(String step) {
      return "done: " + step;
    }
  }

  @Override
  public String toString() {
    return pattern;
  }

  @Override
  public Entity start(TestProcess process, String id) {
    return new Running(process.start(id));
  }

  private final class Running implements Entity {
    private final TestWorkflow workflow;
    private List<WorkflowEvent> events = List.of();

    Running(TestWorkflow workflow) {
      this.workflow = workflow;
    }

    @Override
    public String id() {
      return workflow.id();
    }

    @Override
    public TestProbe<WorkflowUpdate> watch() {
      return workflow.watch();
    }

    @Override
    public void stop() {
      workflow.stop();
    }

    @Override
    public void begin() {
      workflow.submit(pattern, request);
    }

    @Override
    public void look() {
      events = workflow.events();
    }

    @Override
    public int events() {
      return events.size();
    }

    @Override
    public int openCalls() {
      return live().map(live -> live.openCalls().size()).orElse(0);
    }

    private Optional<Live> live() {
      return state(events) instanceof Live live ? Optional.of(live) : Optional.empty();
    }

    private static WorkflowState state(List<WorkflowEvent> events) {
      WorkflowState state = new WorkflowState.Absent();
      for (WorkflowEvent event : events) {
        state = Fold.apply(state, event);
      }
      return state;
    }

    @Override
    public void act(List<Asked> open) {
      List<StepRecord> retrying = live().map(Live::retrying).orElse(List.of());
      if (!retrying.isEmpty()) {
        workflow.ref().tell(Retries.due(retrying.get(0)));
        return;
      }
      if (open.isEmpty()) {
        live().ifPresent(this::serve);
        return;
      }
      Asked call = open.get(0);
      call.say(script.answer(call.step(), call.attempt(), call.body()));
    }

    /** Nobody calculates: a person is asked, or somebody outside works. */
    private void serve(Live live) {
      var asked = live.asked();
      if (asked != null) {
        JsonNode value = script.input(asked.id(), asked.proposal());
        workflow.ask(reply -> new WorkflowCommand.GiveInput(asked.id(), value, reply));
        return;
      }
      live.run().steps(step -> !step.isOver() && step.spec().external()).stream()
          .findFirst()
          .ifPresent(
              task ->
                  workflow.ask(
                      reply ->
                          new WorkflowCommand.ReportStep(
                              task.id(), true, script.outside(task.id()), "", reply)));
    }

    @Override
    public int lost() {
      for (int at = 0; at < events.size(); at++) {
        if (events.get(at) instanceof WorkflowEvent.Recovered) {
          return ((Live) state(events.subList(0, at))).openCalls().size();
        }
      }
      return 0;
    }

    @Override
    public int reissued() {
      return ended().receipt().reissued();
    }

    private Ended ended() {
      return (Ended) state(events);
    }

    @Override
    public List<String> completedTwice() {
      Map<String, Long> times =
          events.stream()
              .filter(WorkflowEvent.StepCompleted.class::isInstance)
              .map(WorkflowEvent.StepCompleted.class::cast)
              .collect(
                  Collectors.groupingBy(WorkflowEvent.StepCompleted::step, Collectors.counting()));
      return times.entrySet().stream()
          .filter(e -> e.getValue() > 1)
          .map(Map.Entry::getKey)
          .toList();
    }

    @Override
    public String outcome() {
      Ended ended = ended();
      StringBuilder outcome = new StringBuilder();
      outcome.append(ended.outcome()).append(' ').append(ended.answer()).append(ended.reason());
      new TreeMap<>(ended.run().steps())
          .forEach(
              (id, step) ->
                  outcome
                      .append("\n  ")
                      .append(id)
                      .append(": ")
                      .append(step.is(Status.COMPLETED) ? step.output() : step.status()));
      for (Decision decision : ended.run().decisions().values()) {
        JsonNode detail = decision.detail().deepCopy();
        if (detail instanceof ObjectNode fields) {
          fields.remove("cost");
        }
        outcome
            .append("\n  ")
            .append(decision.id())
            .append(" by ")
            .append(decision.rule())
            .append(": ")
            .append(decision.chosen())
            .append(decision.tally())
            .append(detail);
      }
      return outcome.toString();
    }
  }
}
