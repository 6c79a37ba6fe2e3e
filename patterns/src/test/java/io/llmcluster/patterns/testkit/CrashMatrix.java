package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.workflow.Fold;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Plays one scripted run undisturbed, and then again for each point at which something became
 * durable: there the process is lost, with its actor and its calls, and another one goes on.
 */
public final class CrashMatrix {

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

  /**
   * One run with a crash.
   *
   * @param point after how many durable writes the process was lost
   * @param open calls that were lost with it
   * @param reissued as the recovery receipt tells it
   * @param extraCalls model calls beyond those of the undisturbed run
   * @param completedTwice steps with more than one recorded result
   * @param outcome how it ended, in full
   */
  public record Crash(
      int point,
      int open,
      int reissued,
      int extraCalls,
      List<String> completedTwice,
      String outcome) {}

  /**
   * All runs of one pattern.
   *
   * @param outcome of the undisturbed run
   * @param calls of the undisturbed run
   */
  public record Table(String pattern, String outcome, int calls, List<Crash> crashes) {

    /** As lines for people. */
    public String lines() {
      StringBuilder lines = new StringBuilder();
      for (Crash crash : crashes) {
        boolean same = crash.outcome().equals(outcome);
        lines.append(
            String.format(
                "%-12s %6d %10d %9d %12d  %s%n",
                pattern,
                crash.point(),
                crash.open(),
                crash.reissued(),
                crash.extraCalls(),
                same ? "the same" : "ANOTHER: " + crash.outcome().lines().findFirst().orElse("")));
      }
      return lines.toString();
    }

    public static String heading() {
      return String.format(
          "%-12s %6s %10s %9s %12s  %s%n",
          "pattern", "point", "open calls", "reissued", "extra calls", "outcome");
    }
  }

  private static final int MOST_POINTS = 500;

  private final TestMember member;
  private final String pattern;
  private final String request;
  private final Script script;

  private CrashMatrix(TestMember member, String pattern, String request, Script script) {
    this.member = member;
    this.pattern = pattern;
    this.request = request;
    this.script = script;
  }

  /**
   * Plays all of it.
   *
   * @param every 1: a crash at each point; n: at the first and each n-th after it
   */
  public static Table play(
      TestMember member, String pattern, String request, Script script, int every) {
    return new CrashMatrix(member, pattern, request, script).play(every);
  }

  private Table play(int every) {
    Playing undisturbed = new Playing(UUID.randomUUID().toString(), member.process());
    undisturbed.submit();
    while (!undisturbed.ended) {
      undisturbed.step();
    }
    undisturbed.workflow.stop();
    int calls = undisturbed.process.inference().asked().size();
    List<Crash> crashes = new ArrayList<>();
    for (int point = 1; point < undisturbed.points; point += every) {
      crashes.add(crash(point, calls));
    }
    return new Table(pattern, outcome(undisturbed.workflow), calls, crashes);
  }

  private Crash crash(int point, int undisturbedCalls) {
    Playing first = new Playing(UUID.randomUUID().toString(), member.process());
    first.submit();
    while (first.points < point) {
      first.step();
    }
    first.workflow.stop(); // a write that is under way may still arrive
    int calls = first.process.inference().asked().size();
    Playing second = new Playing(first.workflow.id(), member.process());
    second.goOn();
    while (!second.ended) {
      second.step();
    }
    second.workflow.stop();
    return new Crash(
        point,
        lost(second.workflow),
        ((Ended) second.workflow.state()).receipt().reissued(),
        calls + second.process.inference().asked().size() - undisturbedCalls,
        completedTwice(second.workflow),
        outcome(second.workflow));
  }

  /** Calls that the second process found open. */
  private static int lost(TestWorkflow workflow) {
    WorkflowState state = new WorkflowState.Absent();
    for (WorkflowEvent event : workflow.events()) {
      if (event instanceof WorkflowEvent.Recovered) {
        return ((Live) state).openCalls().size();
      }
      state = Fold.apply(state, event);
    }
    return 0;
  }

  private static List<String> completedTwice(TestWorkflow workflow) {
    Map<String, Long> times =
        workflow.events(WorkflowEvent.StepCompleted.class).stream()
            .collect(
                Collectors.groupingBy(WorkflowEvent.StepCompleted::step, Collectors.counting()));
    return times.entrySet().stream().filter(e -> e.getValue() > 1).map(Map.Entry::getKey).toList();
  }

  /** What a client sees in the end: the answer, the outputs, the decisions; not what it cost. */
  private static String outcome(TestWorkflow workflow) {
    Ended ended = (Ended) workflow.state();
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

  /** One process with one workflow. */
  private final class Playing {
    private final TestProcess process;
    private final TestWorkflow workflow;
    private final TestProbe<WorkflowUpdate> watch;
    private long sequenceNr;
    private int points;
    private boolean ended;

    Playing(String id, TestProcess process) {
      this.process = process;
      this.workflow = process.start(id);
      this.watch = workflow.watch();
      hear(); // of the watching itself
      this.points = 0;
    }

    void submit() {
      workflow.submit(pattern, request);
      hear();
    }

    /** A new process first records what it begins again, if there is anything. */
    void goOn() {
      Awaitility.await("calls that are begun again")
          .atMost(TestMember.PATIENCE)
          .until(() -> process.inference().asked().size() >= openCalls());
    }

    private int openCalls() {
      return live().map(live -> live.openCalls().size()).orElse(0);
    }

    Optional<Live> live() {
      return workflow.state() instanceof Live live ? Optional.of(live) : Optional.empty();
    }

    /** Does the one thing that makes the next write. */
    void step() {
      if (points > MOST_POINTS) {
        throw new AssertionError("no end after " + points + " writes");
      }
      boolean retries = live().filter(live -> !live.retrying().isEmpty()).isPresent();
      boolean behind =
          sequenceNr < workflow.events().size(); // read last: a retry may just be written
      if (!retries && !behind) {
        act();
      }
      hear();
    }

    private void act() {
      Awaitility.await("calls as they are written down")
          .atMost(TestMember.PATIENCE)
          .until(() -> process.inference().open().size() == openCalls());
      List<Asked> open = process.inference().open();
      if (!open.isEmpty()) {
        say(open.get(0));
      } else {
        live().ifPresent(this::serve);
      }
    }

    private void say(Asked call) {
      String text = script.answer(call.step(), call.attempt(), call.body());
      if (text == null) {
        call.error("scripted failure");
      } else {
        call.answer(text);
      }
    }

    /** Nobody calculates: a person is asked, somebody outside works, or a retry is due. */
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

    /** Waits for the next write. */
    private void hear() {
      while (true) {
        if (watch.receiveMessage(TestMember.PATIENCE) instanceof WorkflowUpdate.Advanced advanced) {
          ended = advanced.ended();
          if (advanced.sequenceNr() > sequenceNr || advanced.sequenceNr() == 0) {
            sequenceNr = advanced.sequenceNr();
            points++;
            return;
          }
        }
      }
    }
  }
}
